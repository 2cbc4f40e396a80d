// The player: one audio element for the page; a track's own wave is fetched when it is first played.
const audio = document.getElementById("audio");

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function player() {
  return document.getElementById("player");
}

// The wave is the whole track's, also where only its beginning may be heard.
function length() {
  return Number(player()?.dataset.length);
}

function say() {
  const track = audio.dataset.track;
  for (const link of document.querySelectorAll("[data-play]")) {
    const on = link.dataset.play === track && !audio.paused;
    link.classList.toggle("on", on);
    link.setAttribute("aria-label", on ? link.dataset.sayPause : link.dataset.sayPlay);
    const row = link.closest("li");
    if (row) row.classList.toggle("on", link.dataset.play === track && (on || audio.currentTime > 0));
  }
}

function draw() {
  const box = player();
  if (!box || box.dataset.track !== audio.dataset.track) return;
  const x = Math.round(1000 * Math.min(1, audio.currentTime / length())) || 0;
  box.querySelector("#played rect").setAttribute("width", x);
  box.querySelector("#ahead rect").setAttribute("x", x);
  box.querySelector("#ahead rect").setAttribute("width", 1000 - x);
  box.querySelector(".needle").setAttribute("d", `M${x} 0V104`);
  box.querySelector("time").textContent = `${clock(audio.currentTime)} / ${clock(Math.round(length()))}`;
  const slider = box.querySelector("input");
  slider.max = Math.round(length());
  slider.value = Math.round(audio.currentTime);
  slider.setAttribute("aria-valuetext", clock(audio.currentTime));
}

// Opus where it is played, else MP3. A track is named by its id; one that is owned, by the address of its MP3.
function address(track) {
  const kind = audio.canPlayType('audio/ogg; codecs="opus"') ? "opus" : "mp3";
  return track.startsWith("/") ? track.replace(/mp3$/, kind) : `/preview/${track}.${kind}`;
}

async function load(track) {
  audio.src = address(track);
  audio.dataset.track = track;
  if (!player()) return;
  const answer = await fetch(`/wave/${track}/`);
  if (answer.ok && audio.dataset.track === track) player().outerHTML = await answer.text();
}

async function toggle(track) {
  if (audio.dataset.track !== track) {
    audio.pause();
    const loading = load(track);
    audio.play().catch(say);
    await loading;
    say();
    draw();
  } else if (audio.paused) {
    audio.play().catch(say);
  } else {
    audio.pause();
  }
}

if (audio) {
  for (const name of ["play", "pause", "ended", "emptied"]) audio.addEventListener(name, say);
  for (const name of ["timeupdate", "seeked", "durationchange"]) audio.addEventListener(name, draw);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-play]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle(link.dataset.play);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#player")) return;
    audio.currentTime = Number(event.target.value);
    draw();
  });
}
