// @ts-check
// Arrivals over time: a bar for each slot, the present one lit.
import { byId, whenChanged, write } from "./dom.js";
import { clock } from "./time.js";
import { number, say } from "./words.js";

/** @import { Screen } from "../protocol" */

/** Fewer would look like a wall, not like a curve. */
const FEWEST = 24;
/** Four hours; what was before is on no operator's mind. */
const MOST = 48;
const SVG = "http://www.w3.org/2000/svg";

/**
 * The slots that are drawn, and when the first of them begins.
 * @param {NonNullable<Screen["arrivals"]>} arrivals
 */
export function slots({ counts, slot_minutes, starts_at }) {
  const drawn = counts.slice(-MOST);
  const starts = Date.parse(starts_at) + (counts.length - drawn.length) * slot_minutes * 60_000;
  const ends = starts + drawn.length * slot_minutes * 60_000;
  return { drawn, starts: new Date(starts), ends: new Date(ends), highest: Math.max(0, ...drawn) };
}

export const drawArrivals = whenChanged((/** @type {Screen["arrivals"]} */ arrivals) => {
  const some = arrivals && arrivals.counts.length > 0 ? slots(arrivals) : null;
  write(byId("arrivals-from"), some ? clock(some.starts) : "");
  write(byId("arrivals-to"), some ? clock(some.ends) : "");
  const peak = some && arrivals && { minutes: arrivals.slot_minutes, count: number(some.highest) };
  write(byId("arrivals-peak"), peak ? say("arrivals_peak", peak) : say("arrivals_none"));
  const wide = Math.max(FEWEST, some?.drawn.length ?? 0);
  const chart = byId("arrivals");
  chart.setAttribute("viewBox", `0 0 ${wide} 100`);
  chart.replaceChildren(...(some?.drawn ?? []).map((count, at) => bar(count / (some?.highest || 1), at)));
});

/** @param {number} part of the highest @param {number} at */
function bar(part, at) {
  const rect = document.createElementNS(SVG, "rect");
  // An empty slot is a line: it was there, and nobody came.
  const high = Math.max(3, 100 * part);
  const box = { x: at + 0.12, y: 100 - high, width: 0.76, height: high };
  for (const [name, value] of Object.entries(box)) rect.setAttribute(name, String(value));
  return rect;
}
