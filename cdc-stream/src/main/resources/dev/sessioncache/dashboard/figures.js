// The figures of the whole, and those of each lane.

import { NOTHING, count, millis, percent, perSecond } from "./format.js";
import { $, element, set, unit } from "./page.js";

const COLORS = 8;

export function showFigures(now) {
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
  set("f-consistency", ...unit(percent(rightOf(verify), 3)));
}

// Of those that could be judged: a lane that stands still is no drift.
function rightOf(verify) {
  const judged = verify
    ? verify.right + verify.missing + verify.stale + verify.orphaned + verify.wrong_ttl
    : 0;
  return judged > 0 ? verify.right / judged : null;
}

export function laneColor(lane) {
  return "--c" + (lane % COLORS);
}

export function showLanes(now) {
  set("lanes", ...now.lanes.map(lane => {
    const row = element("tr", null, { "data-behind": lane.behind });
    const head = element("th", null, { scope: "row" });
    const swatch = element("span", null, { class: "swatch c" + (lane.lane % COLORS) });
    head.append(swatch, String(lane.lane));
    const lag = lane.lag_ms == null ? (lane.behind ? "no watermark" : NOTHING) : millis(lane.lag_ms);
    row.append(head,
      element("td", lag + (lane.behind ? ", behind" : "")
        + (lane.held_up_by ? `, in ${lane.held_up_by}` : ""), { class: "n lag" }),
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
