// Listens to the stream and shows what it tells. All text goes in as text, never as markup.

import { Chart } from "./charts.js";
import { NOTHING, bytes, count, dateTime, millis, percent, perSecond, seconds, time } from "./format.js";
import { Past } from "./past.js";

const SILENCE_MS = 4_000;
const AGAIN_MS = 3_000;
const SAID_EVERY_MS = 10_000;
const CHARTED_LANES = 16;
const COLORS = 8;

const past = new Past();
let source = null;
let now = null; // the last snapshot
let heardAt = 0; // by our clock
let full = false;
let charts = [];
const shown = new Map();
let said = { text: "", at: 0 };

const $ = id => document.getElementById(id);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

// A link only where it leads to a page: what a process says of itself is not believed further.
function link(url, text) {
  return /^https?:\/\/[^\s]+$/.test(url) ? element("a", text, { href: url }) : document.createTextNode(text);
}

function set(id, ...parts) {
  const text = parts.map(part => (typeof part === "string" ? part : part.outerHTML)).join("");
  if (shown.get(id) === text) return; // what stays keeps the focus, and is not read again
  shown.set(id, text);
  $(id).replaceChildren(...parts);
}

// ---- listening

function listen() {
  if (source) source.close();
  source = new EventSource("api/events?since=" + past.newest);
  source.addEventListener("past", event => past.take(JSON.parse(event.data)));
  source.addEventListener("now", event => hear(JSON.parse(event.data)));
  source.addEventListener("events", event => showEvents(JSON.parse(event.data)));
  source.addEventListener("full", () => {
    full = true;
    source.close();
    setTimeout(listen, 10 * AGAIN_MS);
  });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
  };
}

function hear(snapshot) {
  full = false;
  now = snapshot;
  heardAt = Date.now();
  past.add(snapshot.sample);
  if (charts.length === 0) makeCharts();
  show();
}

setInterval(() => {
  if (!document.hidden && Date.now() - heardAt > SILENCE_MS) showSilence();
}, 1_000);

// A page that nobody sees needs no connection: browsers have few of them for each server.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    if (source) source.close();
  } else {
    heardAt = Date.now(); // while nobody looked there was no word to miss
    listen();
  }
});

// ---- the verdict

function showVerdict(level, text, more) {
  $("verdict").dataset.level = level;
  set("verdict-text", text);
  set("verdict-more", ...more.map(one => (one instanceof Node ? one : element("li", one))));
  document.title = (level === "OK" ? "" : level === "WARN" ? "\u25B2 " : "\u25CF ") + "Session cache";
  say(level, text);
}

// Read aloud: not each figure that moves in it, and not more often than one can listen to.
function say(level, text) {
  const plain = level + text.replace(/[\d,]+ rows/, "");
  if (plain === said.text || Date.now() - said.at < SAID_EVERY_MS) return;
  said = { text: plain, at: Date.now() };
  $("said").textContent = text;
}

function showSilence() {
  const lost = document.body.dataset.lost !== "true";
  document.body.dataset.lost = "true";
  $("live-dot").dataset.live = "false";
  if (full) {
    showVerdict("WARN", "This page is not live: too many others are open", ["It tries again by itself"]);
    return;
  }
  if (!now) {
    showVerdict("BAD", "The stream does not answer", ["This page tries again by itself"]);
    return;
  }
  if (lost) set("as-of", "last word " + time(now.at_ms) + " UTC");
  const others = now.instances.filter(one => one.instance !== now.self);
  const lapses = "what is cached lapses within " + seconds(now.lease_ms / 1000) + ", readers ask Postgres";
  if (others.length === 0) {
    showVerdict("BAD", `No word from the stream since ${time(now.at_ms)} UTC: ${lapses}`,
      ["Start it again; this page goes on by itself"]);
    return;
  }
  const where = element("li", "Other processes ran then, look there: ");
  others.forEach((one, i) => where.append(i ? ", " : "", link(one.http, one.instance)));
  showVerdict("BAD", `No word from this process since ${time(now.at_ms)} UTC; if no other runs, ${lapses}`, [where]);
}

// ---- what is told each second

function show() {
  document.body.dataset.lost = "false";
  $("live-dot").dataset.live = "true";
  set("as-of", time(now.at_ms) + " UTC" + (now.from === "redis" ? "" : ", of this process alone"));
  showVerdict(now.verdict.level, now.verdict.text, now.verdict.more);
  set("servers", ...Object.entries(now.servers).map(([server, since]) => element("li",
    server[0].toUpperCase() + server.slice(1) + (since ? " silent since " + time(since) : " answers"),
    { "data-answers": since === 0 })));
  showFigures();
  showLanes();
  showWarm();
  showCapture();
  pairs("lease", [
    ["Sessions kept by renewal", count(now.lease.kept)],
    ["Leases renewed", count(now.lease.renewed)],
    ["Put back, were gone", count(now.lease.put_back)],
    ["Lanes being refilled", count(now.lease.lanes_refilling)],
    ["Put back by refills", count(now.lease.refilled_sessions)],
    ["Longest lease", seconds(now.lease_ms / 1000)],
  ]);
  showVerify();
  showProcesses();
  if (!document.hidden) charts.forEach(chart => chart.draw(past));
}

function unit(text) {
  const [, value, its] = text.match(/^(.*?)\s*([a-zA-Z/%]*)$/);
  return [value + (its ? "\u2009" : ""), element("small", its)];
}

function showFigures() {
  const lags = now.lanes.map(lane => lane.lag_ms).filter(lag => lag != null);
  const worst = lags.length ? Math.max(...lags) : null;
  set("f-kept", count(now.lease.kept));
  set("f-lag", ...unit(millis(worst)));
  $("f-lag").dataset.level = worst != null && worst > now.bound_ms ? "BAD" : "OK";
  set("f-changes", ...unit(perSecond(now.flow.changes_per_s)));
  set("f-entries", ...unit(perSecond(now.flow.entries_per_s)));
  set("f-latency", ...unit(millis(now.flow.p50_ms)), "\u2002", ...unit(millis(now.flow.p99_ms)));
  const asked = now.readers.l1 + now.readers.l2 + now.readers.postgres;
  set("f-hits", ...unit(percent(asked ? (now.readers.l1 + now.readers.l2) / asked : null)));
  const verify = now.jobs.verify;
  set("f-consistency", ...unit(percent(verify && verify.checked > 0 ? verify.consistency : null, 3)));
}

function laneColor(lane) {
  return "--c" + (lane % COLORS);
}

function showLanes() {
  set("lanes", ...now.lanes.map(lane => {
    const row = element("tr", null, { "data-behind": lane.behind });
    const head = element("th", null, { scope: "row" });
    const swatch = element("span", null, { class: "swatch c" + (lane.lane % COLORS) });
    head.append(swatch, String(lane.lane));
    const lag = lane.lag_ms == null ? (lane.behind ? "no watermark" : NOTHING) : millis(lane.lag_ms);
    row.append(head,
      element("td", lag + (lane.behind ? ", behind" : ""), { class: "n lag" }),
      element("td", count(lane.cached), { class: "n" }),
      element("td", lane.instance ?? "none", { class: "wrap" }));
    return row;
  }));
  const known = now.lanes.filter(lane => lane.cached != null);
  const row = element("tr");
  row.append(element("th", "All", { scope: "row" }), element("td", null),
    element("td", known.length ? count(known.reduce((sum, lane) => sum + lane.cached, 0)) : NOTHING, { class: "n" }),
    element("td", null));
  set("lanes-sum", row);
}

function pairs(id, told) {
  set(id, ...told.flatMap(([name, value]) => {
    const its = element("dd");
    its.append(value);
    return [element("dt", name), its];
  }));
}

function none(id, text) {
  set(id, element(id === "warm" ? "p" : "dd", text, { class: "none" }));
}

function showWarm() {
  const warm = now.jobs.warm;
  if (!warm) {
    none("warm", now.from === "redis" ? "None in the last day" : "Redis does not tell");
    return;
  }
  const done = warm.read + warm.present;
  const bar = element("progress", null, {
    max: Math.max(1, warm.state === "done" ? done : warm.count), value: done, "aria-label": "Sessions of the warm" });
  const list = element("dl", null, { class: "pairs" });
  [
    ["State", `${warm.state}, ${warm.mode}`],
    ["Looked at", `${count(done)} of at most ${count(warm.count)}`],
    ["Requests reached", warm.coverage == null ? NOTHING
      : percent(warm.coverage) + (warm.target == null ? "" : ", target " + percent(warm.target, 0))],
    ["Written", count(warm.written)],
    ["Were there", count(warm.present)],
    ["Left out", count(warm.skipped)],
    ["Began", dateTime(warm.started_at)],
    [warm.state === "running" ? "Takes" : "Took", seconds((Date.parse(warm.at) - Date.parse(warm.started_at)) / 1000)],
  ].forEach(([name, value]) => list.append(element("dt", name), element("dd", value)));
  set("warm", bar, list);
}

function showCapture() {
  const capture = now.capture;
  if (!capture.instance) {
    none("capture", now.from === "redis" ? "Nobody reads the slot" : "Not this process");
    return;
  }
  pairs("capture", [
    ["Process", capture.instance],
    ["Mode", capture.mode],
    ["Because", capture.reason],
    ["Baseline", `${capture.baseline}, ${capture.complete ? "complete" : "being read"}`],
    ["Row changes read", count(capture.changes)],
    ["Log kept for the slot", bytes(capture.retained_bytes)],
    ["Records not usable", count(now.flow.dead_letters)],
  ]);
}

function showVerify() {
  const verify = now.jobs.verify;
  if (!verify) {
    none("verify", now.from === "redis" ? "None in the last day" : "Redis does not tell");
    return;
  }
  pairs("verify", [
    ["State", `${verify.state}, by ${verify.by === "stream" ? "the stream" : "command"}`],
    ["Sessions compared", count(verify.checked)],
    ["Right", count(verify.right)],
    ["Missing / stale", `${count(verify.missing)} / ${count(verify.stale)}`],
    ["Orphaned / wrong TTL", `${count(verify.orphaned)} / ${count(verify.wrong_ttl)}`],
    ["Repaired", count(verify.repaired)],
    ["Began", dateTime(verify.started_at)],
  ]);
}

function showProcesses() {
  set("processes", ...now.instances.map(one => {
    const row = element("tr");
    const head = element("th", null, { scope: "row", class: "wrap" });
    head.append(link(one.http, one.instance || "this process"));
    const reasons = Object.entries(one.reasons);
    const state = element("td");
    if (reasons.length === 0) {
      state.append(element("span", "ready", { class: "tag", "data-level": "OK" }));
    } else {
      state.append(element("span", "not ready", { class: "tag", "data-level": "WARN" }), " ",
        reasons.map(([stage, why]) => stage + ": " + why).join("; "));
    }
    row.append(head, element("td", one.capture || NOTHING),
      element("td", one.lanes.length ? one.lanes.join(", ") : NOTHING), state);
    return row;
  }));
}

const WORDS = { OK: "info", WARN: "notice", BAD: "alarm" };

function showEvents(events) {
  const lines = events.slice().reverse().map(event => {
    const line = element("li");
    line.append(
      element("time", time(event.at_ms), { datetime: new Date(event.at_ms).toISOString() }),
      element("span", WORDS[event.level], { class: "tag", "data-level": event.level }),
      element("span", event.text, { class: "wrap" }));
    return line;
  });
  set("events", ...(lines.length ? lines : [element("li", "Nothing yet", { class: "none" })]));
}

// ---- charts

function makeCharts() {
  const lanes = now.lanes.length > CHARTED_LANES
    ? [{ column: "worst_lag_ms", label: "worst lane", color: "--c0", factor: 0.001 }]
    : now.lanes.map(lane => ({ column: "lag_ms_" + lane.lane, label: "lane " + lane.lane, color: laneColor(lane.lane), factor: 0.001 }));
  const bound = now.bound_ms / 1000;
  charts = [
    new Chart($("lag-chart"), {
      title: "Lag of each lane", series: lanes, logarithmic: true, format: seconds,
      bound: { value: bound, label: "bound " + seconds(bound) } }),
    new Chart($("flow-chart"), {
      title: "Flow", format: perSecond, series: [
        { column: "changes_per_s", label: "changes read", color: "--c0", factor: 1 },
        { column: "entries_per_s", label: "entries applied", color: "--c2", factor: 1 }] }),
    new Chart($("latency-chart"), {
      title: "Commit to Redis", format: millis, series: [
        { column: "p50_ms", label: "p50", color: "--c0", factor: 1 },
        { column: "p99_ms", label: "p99", color: "--c1", factor: 1 }] }),
    new Chart($("hits-chart"), {
      title: "Who answers the readers", format: value => Math.round(value) + " %", highest: 100, series: [
        { column: "l1", label: "their memory", color: "--c2", factor: 100 },
        { column: "l2", label: "Redis", color: "--c0", factor: 100 },
        { column: "postgres", label: "Postgres", color: "--c1", factor: 100 }] }),
  ];
}

listen();
