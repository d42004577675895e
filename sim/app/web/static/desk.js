"use strict";
// The desk of a trainee, and the same read-only for an observer: it draws what the server says, and keeps only what
// is chosen on this screen.
const OBSERVES = location.pathname === "/observe";
const ANGER = ["calm", "cross", "angry", "furious"];
let view = null;
let chosen = null; // name of the thread that is open
let known = new Set(); // names that have been announced
let lastThread = "";
let source = null;
let seat = params.get("seat") || "1";

function show(next) {
  const first = view === null;
  view = next;
  document.title = `${view.waiting || 0} waiting - ${view.title || "Desk"}`;
  $("title").textContent = OBSERVES && view.desk_of ? `${view.title}: ${view.desk_of}` : view.title;
  if (OBSERVES) showSeats();
  if (view.empty) {
    $("state").textContent = "Nobody sits here yet.";
    return;
  }
  showHead();
  const live = view.started;
  $("brief").hidden = live;
  for (const id of ["inbox-part", "crowd"]) $(id).hidden = !live;
  if (!live) return showBrief();
  announce(first);
  showInbox();
  showCrowd();
  showThread();
}

function showHead() {
  $("clock").textContent = view.time;
  const state = view.fault || (view.over ? "over" : !view.started ? "not begun" : view.paused ? (view.turns ? "your turn" : "paused") : `${view.speed}x`);
  $("state").textContent = state;
  $("reputation").textContent = view.reputation === null ? "hidden" : view.reputation.toFixed(1);
  $("waiting").textContent = view.waiting;
  $("oldest").textContent = view.waiting ? minutes(view.oldest) : "-";
  $("answered").textContent = view.answered;
  const own = !OBSERVES && view.started && !view.over;
  $("pause").hidden = !(own && view.solo && !view.turns);
  $("pause").textContent = view.paused ? "Go on" : "Pause";
  $("wait").hidden = !(own && view.turns);
  $("end").hidden = !own;
  $("composer").hidden = OBSERVES || view.over;
  $("over").hidden = !view.over;
  $("ended").textContent = view.over ? `The session is over: ${view.answered} answered, ${view.waiting} still waiting. Kept in ${view.log}.` : "";
  $("debrief").hidden = OBSERVES;
  $("debrief").href = `/debrief?token=${encodeURIComponent(TOKEN)}`;
}

function showBrief() {
  $("role").textContent = `You are: ${view.role}, ${view.brand}.`;
  $("briefing").textContent = view.briefing;
  for (const id of ["briefing", "title", "live"]) $(id).lang = view.language;
  $("authority").textContent = view.authority.length ? `You may: ${view.authority.join(", ")}.` : "";
  const weights = Object.entries(view.weights || {}).map(([name, value]) => `${name} ${value}`);
  $("scored").textContent = `${Math.round(view.length / 60)} minutes. ${weights.length ? `Scored: ${weights.join(", ")}.` : ""}`;
  $("start").hidden = OBSERVES || !view.solo;
  $("held").hidden = OBSERVES || view.solo;
}

function announce(first) {
  const fresh = view.inbox.filter((item) => !known.has(item.name));
  for (const item of fresh) known.add(item.name);
  if (!first && fresh.length) $("live").textContent = fresh.map((item) => `New from ${item.handle}: ${item.text}`).join(" ");
  else if (view.over) $("live").textContent = "The session is over.";
}

function facts(item) {
  const parts = [`${item.followers.toLocaleString("en")} followers`, item.mood < 0 ? ANGER[item.anger] : "pleased", minutes(item.age)];
  if (item.private) parts.push("private");
  if (item.times) parts.push(`asked ${item.times + 1} times`);
  if (item.views) parts.push(`seen by ${item.views.toLocaleString("en")}`);
  if (item.left) parts.push("left alone");
  if (item.promised_in !== null) parts.push(item.promised_in >= 0 ? `promised in ${minutes(item.promised_in)}` : "promise broken");
  return parts.join(", ");
}

function showInbox() {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.name : null;
  if (!view.inbox.some((item) => item.name === chosen) && !typing()) chosen = view.inbox.length ? view.inbox[0].name : null;
  fill($("inbox"), view.inbox.map((item) => {
    const button = make("button", undefined, { "data-name": item.name, "aria-pressed": String(item.name === chosen) });
    if (item.mood < 0 && item.anger >= 2) button.classList.add("hot");
    button.append(make("strong", `${item.name} ${item.handle}`), make("span", facts(item), { class: "facts" }), make("span", item.text, { class: "said", lang: view.language }));
    button.addEventListener("click", () => {
      choose(item.name);
      if (matchMedia("(max-width: 1000px)").matches) $("thread-title").scrollIntoView();
    });
    const entry = make("li");
    entry.append(button);
    return entry;
  }));
  $("nothing").hidden = view.inbox.length > 0;
  if (focused) {
    const again = [...$("inbox").querySelectorAll("button")].find((button) => button.dataset.name === focused);
    if (again) again.focus({ preventScroll: true });
  }
}

function choose(name) {
  chosen = name;
  lastThread = "";
  $("told").replaceChildren();
  showInbox();
  showThread();
}

async function showThread() {
  const item = view.inbox.find((each) => each.name === chosen);
  $("thread-part").hidden = !chosen;
  if (!chosen) return;
  const asked = chosen;
  const state = JSON.stringify([chosen, item ? [item.times, item.shares, item.own_words] : "gone", view.answered, view.over]);
  if (state === lastThread) return;
  lastThread = state;
  $("thread-title").textContent = item ? `Thread ${chosen}: ${item.handle}` : `Thread ${chosen}`;
  showOptions(item);
  try {
    const { lines } = await ask(`/api/thread?seat=${seat}&name=${encodeURIComponent(asked)}`);
    if (asked !== chosen) return;
    fill($("lines"), lines.map((line) => {
      const entry = make("li", undefined, line.brand ? { class: "brand" } : {});
      entry.append(make("span", `${line.time} ${line.handle}`, { class: "facts" }), make("span", line.text, { lang: view.language }));
      return entry;
    }));
  } catch (error) {
    lastThread = "";
  }
}

function showOptions(item) {
  const options = item ? item.options : [];
  fill($("options"), options.map((option, place) => {
    const extra = [option.move, option.channel, option.promise_minutes ? `promises ${option.promise_minutes} min` : "", option.takes_minutes ? `takes ${option.takes_minutes} min` : ""].filter(Boolean).join(", ");
    const button = make("button", undefined, { type: "button", class: "option" });
    button.append(make("kbd", place + 1), make("span", option.text || option.move, option.text ? { lang: view.language } : {}), make("span", extra, { class: "facts" }));
    button.addEventListener("click", () => send({ do: "choose", on: item.name, option: option.id }));
    return button;
  }));
  $("own").hidden = !item || !item.own_words;
  $("no-own").hidden = !view.no_own_words;
  $("no-own").textContent = view.no_own_words;
  $("text").maxLength = item && item.own_words ? item.own_words : 280;
  $("escalate").disabled = $("ignore").disabled = !item;
  $("confidence-label").hidden = !view.asks_confidence;
  count();
}

function showCrowd() {
  sparkline($("spark"), view.line);
  $("mood").textContent = view.sentiment === null ? `${view.volume} posts in 10 minutes` : `${view.volume} posts in 10 minutes, mood ${view.sentiment.toFixed(2)} (-1 to 1)`;
  const most = Math.max(1, ...view.inbox.map((item) => item.views));
  fill($("seen"), [...view.inbox].sort((a, b) => b.views - a.views).slice(0, 6).map((item) => {
    const entry = make("li");
    entry.append(make("span", `${item.name} ${item.handle}`), make("span", `${item.views.toLocaleString("en")} saw it, ${item.shares} passed it on`, { class: "facts" }), make("meter", undefined, { min: 0, max: most, value: item.views, "aria-label": `seen, ${item.name}` }));
    return entry;
  }));
  fill($("news"), [...view.news].reverse().slice(0, 25).map((news) => make("li", `${news.time} ${news.name ? `${news.name}: ` : ""}${news.text}`, { class: news.kind })));
}

async function send(action) {
  complain("");
  if (view.asks_confidence && $("confidence").value) action.confidence = $("confidence").value;
  try {
    const { state, coach, view: next } = await askSurely("/api/act", action);
    const lines = [make("p", `${action.on && state ? `${action.on}: ` : ""}${state || "done"}`, { class: "state" }), ...(coach || []).map((line) => make("p", line))];
    fill($("told"), lines);
    lastThread = "";
    show(next);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

function typing() {
  return document.activeElement === $("text") || $("text").value !== "";
}

function count() {
  $("left").textContent = `${$("text").value.length}/${$("text").maxLength}`;
}

function step(by) {
  const names = view.inbox.map((item) => item.name);
  if (!names.length) return;
  const place = Math.min(names.length - 1, Math.max(0, names.indexOf(chosen) + by));
  choose(names[place]);
  $("inbox").querySelectorAll("button")[place].focus();
}

function showSeats() {
  $("pick").hidden = false;
  const wanted = view.seats.map((each) => each.name).join("\n");
  if ($("seats").dataset.names === wanted) return;
  $("seats").dataset.names = wanted;
  fill($("seats"), view.seats.map((each) => make("option", each.name || `desk ${each.seat}`, { value: each.seat })));
  $("seats").value = seat;
}

function open() {
  if (source) source.close();
  source = listen(`/api/events?token=${encodeURIComponent(TOKEN)}&seat=${seat}`, show);
}

$("seats").addEventListener("change", () => {
  seat = $("seats").value;
  chosen = null;
  known = new Set();
  view = null;
  lastThread = "";
  open();
});
$("start").addEventListener("click", () => send({ do: "start" }).then(() => send({ do: "pause", paused: false })));
$("pause").addEventListener("click", () => send({ do: "pause", paused: !view.paused }));
$("wait").addEventListener("click", () => send({ do: "wait", minutes: 1 }));
$("end").addEventListener("click", () => { if (confirm("End the session?")) send({ do: "end" }); });
$("escalate").addEventListener("click", () => send({ do: "escalate", on: chosen }));
$("ignore").addEventListener("click", () => send({ do: "ignore", on: chosen }));
$("keys").addEventListener("click", () => $("help").showModal());
$("move").addEventListener("change", () => { $("minutes-label").hidden = $("move").value !== "hold"; });
$("text").addEventListener("input", count);
$("own").addEventListener("submit", async (event) => {
  event.preventDefault();
  const action = { do: $("move").value, on: chosen, text: $("text").value };
  if (action.do === "hold") action.minutes = Number($("minutes").value);
  if (await send(action)) {
    $("text").value = "";
    count();
  }
});
document.addEventListener("keydown", (event) => {
  if ($("help").open || event.altKey || event.metaKey) return;
  const inText = ["TEXTAREA", "INPUT", "SELECT"].includes(document.activeElement.tagName);
  if (inText) {
    if (event.key === "Escape") document.activeElement.blur();
    if (event.key === "Enter" && event.ctrlKey && document.activeElement === $("text")) $("own").requestSubmit();
    return;
  }
  if (event.ctrlKey || !view || view.empty) return;
  const buttons = $("options").querySelectorAll("button");
  const deeds = {
    j: () => step(1), k: () => step(-1), t: () => $("text").focus(), e: () => $("escalate").click(), i: () => $("ignore").click(),
    p: () => { if (!$("pause").hidden) $("pause").click(); }, "?": () => $("help").showModal(),
  };
  if (event.key in deeds) {
    event.preventDefault();
    if (OBSERVES && !["j", "k", "?"].includes(event.key)) return;
    deeds[event.key]();
  } else if (/^[1-9]$/.test(event.key) && buttons[event.key - 1] && !$("composer").hidden) {
    event.preventDefault();
    buttons[event.key - 1].click();
  }
});
if (OBSERVES) $("composer").hidden = true;
open();
