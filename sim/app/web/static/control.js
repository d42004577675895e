"use strict";
// The facilitator's page: how all desks stand, and what can be done about it.
let room = null;

function show(next) {
  room = next;
  $("title").textContent = `Facilitator: ${room.title}`;
  $("state").textContent = `${room.seats.length} ${room.seats.length === 1 ? "desk" : "desks"}, ${room.over ? "over" : room.started ? "running" : "not begun"}`;
  $("start").disabled = room.started;
  $("hide").checked = room.hidden;
  showSpeed();
  choices($("whom"), [["", "all desks"], ...room.seats.map((seat) => [String(seat.seat), seat.name || `desk ${seat.seat}`])]);
  choices($("inject"), room.injects.map((inject) => [inject.id, `${inject.id}: ${inject.text.slice(0, 50)}`]));
  fill($("notes"), room.notes.map(([time, text]) => make("li", `${time} ${text}`)));
  showDesks();
  showCompared();
  showApprovals();
  showDebriefs();
}

// Replace the options of a select only if they changed, and keep what is chosen.
function choices(select, options) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options === wanted) return;
  const before = select.value;
  fill(select, options.map(([value, text]) => make("option", text, { value })));
  if (options.some(([value]) => value === before)) select.value = before;
  select.dataset.options = wanted;
}

// The speed at which the desks run, until another is chosen here.
function showSpeed() {
  const speeds = new Set(room.seats.map((seat) => String(seat.speed)));
  const shown = $("speed").dataset.shown;
  if (speeds.size !== 1 || speeds.has(shown)) return;
  const [speed] = speeds;
  if (![...$("speed").options].some((option) => option.value === speed)) $("speed").append(make("option", `${speed}x`, { value: speed }));
  $("speed").value = $("speed").dataset.shown = speed;
}

function showDesks() {
  fill($("desks"), room.seats.map((seat) => {
    const row = make("tr");
    const spark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    spark.setAttribute("viewBox", "0 0 300 70");
    spark.setAttribute("class", "small");
    spark.setAttribute("aria-hidden", "true");
    sparkline(spark, seat.line);
    const drawn = make("td");
    drawn.append(spark);
    const state = seat.fault ? "stopped" : seat.over ? "over" : seat.paused ? "paused" : `${seat.speed}x`;
    row.append(
      make("th", seat.name || `desk ${seat.seat}`, { scope: "row" }), make("td", `${seat.time} (${state})`), make("td", seat.reputation.toFixed(1)), drawn,
      make("td", seat.answered), make("td", seat.waiting ? `${seat.waiting}, oldest ${minutes(seat.oldest)}` : "0"),
      make("td", seat.median_wait_minutes === null ? "-" : `${Math.round(seat.median_wait_minutes)} min`), make("td", seat.moved.toFixed(2)),
    );
    return row;
  }));
}

function showCompared() {
  const injects = [...new Set(room.seats.flatMap((seat) => Object.keys(seat.injects)))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const head = make("tr");
  head.append(make("th", "Inject", { scope: "col" }), ...room.seats.map((seat) => make("th", seat.name || `desk ${seat.seat}`, { scope: "col" })));
  fill($("compare-head"), [head]);
  fill($("compare"), injects.map((inject) => {
    const row = make("tr");
    row.append(make("th", inject, { scope: "row" }), ...room.seats.map((seat) => make("td", seat.injects[inject] || "-")));
    return row;
  }));
}

function showApprovals() {
  const waiting = room.seats.flatMap((seat) => seat.approval.map((reply, place) => ({ seat, reply, place })));
  $("approvals-part").hidden = !room.approves;
  fill($("approvals"), waiting.map(({ seat, reply, place }) => {
    const entry = make("li", `${seat.name}, ${reply.on}: ${reply.text} `);
    for (const [text, granted] of [["Pass", true], ["Return", false]]) {
      const button = make("button", text, { "aria-label": `${text} the reply of ${seat.name} to ${reply.on}` });
      button.addEventListener("click", () => steer({ do: "approve", seat: seat.seat, place, granted }));
      entry.append(button, " ");
    }
    return entry;
  }));
}

// Scores of the class, best first; a row that is unchanged is not drawn again, so that a link keeps its focus.
let drawn = "";
function showDebriefs() {
  $("debriefs-part").hidden = room.debriefs.length === 0;
  $("score").disabled = room.debriefs.every((each) => each.state !== "none" && each.state !== "failed");
  const state = JSON.stringify(room.debriefs);
  if (state === drawn) return;
  drawn = state;
  const weights = room.weights;
  const ranked = [...room.debriefs].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  fill($("debriefs"), ranked.map((each) => {
    const row = make("tr");
    const name = each.name || `desk ${each.seat}`;
    const part = (part) => make("td", each.parts ? `${Math.round(each.parts[part] * weights[part])} of ${weights[part]}` : "-");
    const states = { none: "not begun", waits: "under way", failed: each.error };
    const score = each.score === undefined ? states[each.state] : `${Math.round(each.score)} ${each.passed ? "passed" : "not passed"}${each.sure ? "" : ", at first sight"}`;
    const link = make("a", each.state === "works" ? `${Math.round(100 * each.share)} %` : "Open", { href: `/debrief?token=${encodeURIComponent(TOKEN)}&seat=${each.seat}`, "aria-label": `Debrief of ${name}` });
    const cell = make("td");
    cell.append(link);
    row.append(make("th", name, { scope: "row" }), make("td", score), part("craft"), part("timing"), part("triage"), part("outcome"), make("td", each.against_silence || "-"), cell);
    return row;
  }));
}

async function steer(body) {
  complain("");
  try {
    show(await ask("/api/control", body));
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

const whom = () => ($("whom").value ? { seat: Number($("whom").value) } : {});
$("start").addEventListener("click", async () => { if (await steer({ do: "start" })) await steer({ do: "pause", paused: false }); });
$("pause").addEventListener("click", () => steer({ do: "pause", paused: true, ...whom() }));
$("resume").addEventListener("click", () => steer({ do: "pause", paused: false, ...whom() }));
$("pace").addEventListener("click", () => steer({ do: "pace", speed: Number($("speed").value), ...whom() }));
$("hide").addEventListener("change", () => steer({ do: "hide", hidden: $("hide").checked }));
$("end").addEventListener("click", () => { if (confirm("End the session for those chosen?")) steer({ do: "end", ...whom() }); });
$("score").addEventListener("click", async () => {
  complain("");
  try {
    show(await ask("/api/debrief", { all: true }));
  } catch (error) {
    complain(error);
  }
});
$("push").addEventListener("submit", (event) => {
  event.preventDefault();
  steer({ do: "push", inject: $("inject").value, ...whom() });
});
$("note").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await steer({ do: "note", text: $("words").value, ...whom() })) $("words").value = "";
});
listen(`/api/events?token=${encodeURIComponent(TOKEN)}`, show);
