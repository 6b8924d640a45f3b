// The one sentence at the top: what the stream says, or that it says nothing.

import { seconds, time } from "./format.js";
import { $, element, link, set } from "./page.js";

const SAID_EVERY_MS = 10_000;

let said = { text: "", at: 0 };

export function showVerdict(level, text, more) {
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

export function showSilence(now, full) {
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
