"use strict";
// What all pages share: the token of the link, asking the server, making elements. Text is only ever set as text.
const params = new URLSearchParams(location.search);
const TOKEN = params.get("token") || "";
const $ = (id) => document.getElementById(id);

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function fill(parent, children) {
  parent.replaceChildren(...children);
}

async function ask(path, body) {
  const options = { headers: { "X-Token": TOKEN } };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const value = await answer.json().catch(() => ({ error: answer.statusText }));
  if (!answer.ok) throw new Error(value.error || answer.statusText);
  return value;
}

// Ask, and again if the network failed: the server does an action with the same id only once.
async function askSurely(path, body) {
  const id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(path, { ...body, id });
    } catch (error) {
      if (!(error instanceof TypeError) || attempt >= 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** attempt));
    }
  }
}

function complain(error) {
  $("error").textContent = error ? error.message || String(error) : "";
}

function listen(path, show) {
  const source = new EventSource(path);
  source.addEventListener("view", (event) => show(JSON.parse(event.data)));
  source.onerror = () => complain("The connection is gone; trying again.");
  source.onopen = () => complain("");
  return source;
}

function minutes(seconds) {
  return seconds < 60 ? `${Math.max(0, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}

// A line of reputation over time in an SVG of 300 by 70.
function sparkline(svg, points) {
  const space = "http://www.w3.org/2000/svg";
  svg.replaceChildren();
  if (!points || points.length < 2) return;
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const low = Math.min(...ys) - 0.5;
  const high = Math.max(...ys) + 0.5;
  const place = ([x, y]) => `${(((x - xs[0]) / Math.max(1, xs[xs.length - 1] - xs[0])) * 290 + 5).toFixed(1)},${(65 - ((y - low) / (high - low)) * 60).toFixed(1)}`;
  const line = document.createElementNS(space, "polyline");
  line.setAttribute("points", points.map(place).join(" "));
  svg.append(line);
}
