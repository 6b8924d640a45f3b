// What is being done, and by whom: jobs, capture, leases, processes, and what has happened of late.

import { NOTHING, bytes, count, dateTime, percent, seconds, time } from "./format.js";
import { element, link, none, pairs, set } from "./page.js";

export function showWarm(now) {
  const warm = now.jobs.warm;
  if (!warm) {
    none("warm", now.from === "redis" ? "None that this Redis knows of" : "Redis does not tell");
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

export function showCapture(now) {
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

export function showLease(now) {
  pairs("lease", [
    ["Sessions kept by renewal", count(now.lease.kept)],
    ["Leases renewed", count(now.lease.renewed)],
    ["Put back, were gone", count(now.lease.put_back)],
    ["Lanes being refilled", count(now.lease.lanes_refilling)],
    ["Put back by refills", count(now.lease.refilled_sessions)],
    ["Longest lease", seconds(now.lease_ms / 1000)],
  ]);
}

export function showVerify(now) {
  const verify = now.jobs.verify;
  if (!verify) {
    none("verify", now.from === "redis" ? "None that this Redis knows of" : "Redis does not tell");
    return;
  }
  pairs("verify", [
    ["State", `${verify.state}, by ${verify.by === "stream" ? "the stream" : "command"}`],
    ["Sessions compared", count(verify.checked)],
    ["Right", count(verify.right)],
    ["Missing / stale", `${count(verify.missing)} / ${count(verify.stale)}`],
    ["Orphaned / wrong TTL", `${count(verify.orphaned)} / ${count(verify.wrong_ttl)}`],
    ["Lane behind / changing", `${count(verify.behind)} / ${count(verify.busy)}`],
    ["Repaired", count(verify.repaired)],
    ["Began", dateTime(verify.started_at)],
  ]);
}

export function showProcesses(now) {
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

export function showEvents(events) {
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
