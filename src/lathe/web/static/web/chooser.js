// The chooser's small part in the browser. The server decides everything; see the form's hx-get.
const form = document.getElementById("fmt");

function fill() {
  const slider = document.getElementById("rung");
  if (!slider) return;
  const share = Number(slider.max) ? (100 * Number(slider.value)) / Number(slider.max) : 0;
  slider.style.setProperty("--fill", `${share}%`);
}

// Touching a field unchecks the plain choice; nothing else moves.
form?.addEventListener("input", (event) => {
  if (event.target.name !== "plain") {
    for (const radio of form.querySelectorAll("[name=plain]")) radio.checked = false;
  }
  fill();
}, { capture: true });

// Who presses Add before the new price has come means the new choice: it is added once its price stands.
let isStale = false;
let pressed = null;

form?.addEventListener("input", () => { isStale = true; });

document.addEventListener("submit", (event) => {
  if (!isStale || event.target.id !== "add") return;
  event.preventDefault();
  pressed = { track: event.submitter?.value ?? "" };
}, { capture: true });

// A new price puts a new button in the place of the old one. Who holds it down at that moment presses it all the same.
let held = null;

document.addEventListener("pointerdown", (event) => { held = event.target.closest("button[form=add]"); });
document.addEventListener("pointerup", (event) => {
  const button = event.target.closest("button[form=add]");
  const isReplaced = held !== null && !held.isConnected && button?.value === held.value;
  held = null;
  if (isReplaced) button.form.requestSubmit(button);
});

function settled(event) {
  if (event.detail.requestConfig?.elt !== form) return;
  isStale = false;
  if (pressed === null) return;
  const again = [...document.querySelectorAll("button[form=add]")].find((button) => button.value === pressed.track);
  pressed = null;
  if (again && event.type === "htmx:afterSettle") document.getElementById("add").requestSubmit(again);
}

for (const name of ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, settled);
}

document.addEventListener("htmx:afterSettle", fill);
document.addEventListener("htmx:oobAfterSwap", fill);
fill();

// Who chose before this script was there: the price of that choice is asked for now, once htmx listens.
document.addEventListener("DOMContentLoaded", () => {
  const chosen = form?.querySelector("[name=plain]:checked");
  if (chosen && chosen.value !== form.querySelector("[name=was_plain]").value) {
    chosen.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
