// What every page does with script; all of it works without, by plain forms and links.

// A select marked data-send sends its form as soon as something is chosen.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-send]")) event.target.form.requestSubmit();
});

// A button marked data-copy copies its text and says so in its own words for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 2000);
});

// A button marked data-unfold shows and hides the part it names; without script that part is always shown. What is
// unfolded stays so when fresh news of its cut take its place.
const unfolded = new Set();

function fold(button, isFolded) {
  document.getElementById(button.dataset.unfold).classList.toggle("folded", isFolded);
  button.setAttribute("aria-expanded", String(!isFolded));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  const name = button.dataset.unfold;
  if (!unfolded.delete(name)) unfolded.add(name);
  fold(button, !unfolded.has(name));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const button of document.querySelectorAll("[data-unfold]")) {
    if (unfolded.has(button.dataset.unfold)) fold(button, false);
  }
});

// A button that has sent its form turns quiet, keeps its size, and cannot send it twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.once === undefined) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = form.querySelector("[data-busy]");
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
});

// A page shown again from the browser's memory may send its forms again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
