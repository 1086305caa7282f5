// @ts-check
// The last scans, the newest first.
import { byId, el, show, whenChanged } from "./dom.js";
import { inShort, kindOf } from "./look.js";
import { clock } from "./time.js";
import { say, sayOr } from "./words.js";

/** @import { Recent } from "../protocol" */

const SHAPES = { granted: "tick", rejected: "cross", cannot: "question", left: "out", undone: "back" };

export const drawRecent = whenChanged((/** @type {Recent[]} */ recent) => {
  show(byId("recent-none"), recent.length === 0);
  byId("recent").replaceChildren(...recent.map(row));
});

/** @param {Recent} scan */
function row(scan) {
  const kind = kindOf(scan);
  const way = sayOr(`way_${scan.way}`, "");
  const offline = scan.mode === "offline" ? say("offline_short") : "";
  const note = [kind === "granted" ? (scan.phone ?? "") : inShort(scan.reason), way, offline].filter(Boolean).join(" · ");
  return el(
    "li",
    { "data-kind": kind },
    shape(SHAPES[kind]),
    el("b", {}, scan.first_name ?? say("somebody")),
    el("time", {}, clock(scan.at)),
    el("span", {}, note),
  );
}

/** @param {string} name */
function shape(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
