"use strict";
// The way to a debrief: a guess first, then the headline in seconds, the rest with its progress, then the page.
const SEAT = params.get("seat");
const WHO = `token=${encodeURIComponent(TOKEN)}${SEAT ? `&seat=${encodeURIComponent(SEAT)}` : ""}`;
let asked = false;

function show(told) {
  $("title").textContent = told.title;
  $("whose").textContent = told.name ? `of ${told.name}` : "";
  if (!told.over) return complain("The session is not over yet: the debrief comes afterwards.");
  if (told.state === "done") {
    clearInterval(timer); // the page takes a moment to be drawn: it is asked for once
    $("percent").textContent = "done, opening";
    return location.replace(`/debrief/page?${WHO}`);
  }
  if (told.state === "failed" && asked) return complain(told.error);
  complain("");
  const guessing = told.guesses && !told.guessed && !asked && told.state !== "works";
  $("guess").hidden = !guessing;
  $("working").hidden = guessing;
  if (guessing) return guesses(told.arrived, told.language);
  if (!asked) return begin();
  if (told.headline && $("headline").textContent !== told.headline) $("headline").textContent = told.headline;
  $("share").value = told.share;
  $("percent").textContent = told.state === "works" ? `${Math.round(100 * told.share)} %` : "";
}

function guesses(arrived, language) {
  if ($("worst").options.length > 1 || !arrived.length) return;
  $("worst").append(...arrived.map((each) => make("option", `${each.name}: ${each.text.slice(0, 60)}`, { value: each.name, lang: language })));
}

async function look(body) {
  try {
    show(await ask(`/api/debrief?${WHO}`, body));
  } catch (error) {
    complain(error);
  }
}

async function begin() {
  asked = true;
  await look({});
}

$("guess").addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  const reputation = $("reputation").value;
  try {
    if (reputation || $("worst").value) await askSurely("/api/act", { do: "predict", reputation, worst: $("worst").value });
  } catch (error) {
    return complain(error);
  }
  begin();
});
$("back").href = `${SEAT ? "/control" : "/desk"}?token=${encodeURIComponent(TOKEN)}`;
const timer = setInterval(look, 1000);
look();
