// Without consent the button moves focus to the box and says why, at once; the server says the same without script.
const form = document.getElementById("checkout");
const box = document.getElementById("consent");
const words = document.getElementById("consent-says");

form?.addEventListener("submit", (event) => {
  if (box.checked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  words.textContent = box.dataset.missing;
  box.setAttribute("aria-invalid", "true");
  box.focus();
}, { capture: true });

box?.addEventListener("change", () => {
  words.textContent = "";
  box.removeAttribute("aria-invalid");
});
