// Cuts on their way: the page listens to a stream of news while a slip waits. Where no stream comes through, it asks.
const MOST = 20;
const PATIENCE_MS = 12000;
const ASKS_EVERY_MS = 3000;
const BEGINS_WITHIN_MS = 1500;

let stream = null;
let asked = "";
let clock = 0;
let asking = 0;

function waiting() {
  return [...document.querySelectorAll("[data-cut][data-waits]")].slice(0, MOST);
}

function slipNamed(name) {
  return document.getElementById(`slip-${name}`);
}

function hush() {
  stream?.close();
  stream = null;
  clearTimeout(clock);
}

function askInstead() {
  hush();
  clearInterval(asking);
  asking = setInterval(() => {
    if (!document.hidden) for (const slip of waiting()) htmx.trigger(slip, "news");
  }, ASKS_EVERY_MS);
}

function isHeard() {
  clearTimeout(clock);
  clock = setTimeout(askInstead, PATIENCE_MS);
}

function write(slip, news) {
  const x = news.percent * 10;
  slip.querySelector("[id^=lit-] rect").setAttribute("width", x);
  slip.querySelector("[id^=ahead-] rect").setAttribute("x", x);
  const needle = slip.querySelector(".needle");
  needle.setAttribute("d", `M${x} 0V104`);
  needle.classList.toggle("away", x === 0);
  slip.querySelector("progress").value = news.percent;
  slip.querySelector(".words").textContent = news.words;
  slip.querySelector(".share").textContent = news.share;
  slip.querySelector(".more").textContent = news.more;
}

function say(words) {
  const box = document.getElementById("cut-news");
  if (box.textContent !== words) box.textContent = words;
}

function told(event) {
  isHeard();
  const news = JSON.parse(event.data);
  const slip = slipNamed(news.slip);
  if (!slip?.dataset.cut) return;
  say(news.say);
  if (news.state === "made" || news.state === "failing") htmx.trigger(slip, "news");
  else write(slip, news);
}

// What waits when all has been told is new since the stream was opened; what was waited for in vain waits no more.
function ended() {
  hush();
  const before = new Set(new URLSearchParams(asked).getAll("cut"));
  for (const slip of waiting()) if (before.has(slip.dataset.cut)) delete slip.dataset.waits;
  listen();
}

function listen() {
  const wanted = new URLSearchParams(waiting().map((slip) => ["cut", slip.dataset.cut])).toString();
  if (!wanted || (stream && wanted === asked)) return;
  hush();
  asked = wanted;
  stream = new EventSource(`/library/news/?${wanted}`);
  stream.addEventListener("cut", told);
  stream.addEventListener("beat", isHeard);
  stream.addEventListener("open", isHeard);
  stream.addEventListener("end", ended);
  // A stream that was refused is closed for good; one that broke off is opened again by the browser.
  stream.addEventListener("error", () => { if (stream?.readyState === EventSource.CLOSED) askInstead(); });
  isHeard();
}

// Who downloads what is not made yet sees it being cut; a moment later, so that it has begun.
document.addEventListener("click", (event) => {
  const slip = event.target.closest("a[download]")?.closest("[data-cut]");
  if (!slip) return;
  slip.dataset.waits = "";
  if (!asking) setTimeout(listen, BEGINS_WITHIN_MS);
});

// A page put away keeps no stream; shown again, it listens anew.
addEventListener("pagehide", hush);
addEventListener("pageshow", listen);
