// Listens to the stream and shows what it tells.

import { Chart } from "./charts.js";
import { laneColor, showFigures, showLanes } from "./figures.js";
import { millis, perSecond, seconds, time } from "./format.js";
import { $, element, set } from "./page.js";
import { Past } from "./past.js";
import { showSilence, showVerdict } from "./verdict.js";
import { showCapture, showEvents, showLease, showProcesses, showVerify, showWarm } from "./work.js";

const SILENCE_MS = 4_000;
const AGAIN_MS = 3_000;
const CHARTED_LANES = 16;

const past = new Past();
let source = null;
let now = null; // the last snapshot
let heardAt = 0; // by our clock
let full = false;
let charts = [];

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
  if (!document.hidden && Date.now() - heardAt > SILENCE_MS) showSilence(now, full);
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

// ---- what is told each second

function show() {
  document.body.dataset.lost = "false";
  $("live-dot").dataset.live = "true";
  set("as-of", time(now.at_ms) + " UTC" + (now.from === "redis" ? "" : ", of this process alone"));
  showVerdict(now.verdict.level, now.verdict.text, now.verdict.more);
  set("servers", ...Object.entries(now.servers).map(([server, since]) => element("li",
    server[0].toUpperCase() + server.slice(1) + (since ? " silent since " + time(since) : " answers"),
    { "data-answers": since === 0 })));
  showFigures(now);
  showLanes(now);
  showWarm(now);
  showCapture(now);
  showLease(now);
  showVerify(now);
  showProcesses(now);
  if (!document.hidden) charts.forEach(chart => chart.draw(past));
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
