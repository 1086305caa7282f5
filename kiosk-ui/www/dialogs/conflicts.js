// @ts-check
// Tickets that came in twice: whom, where and when, both times. The gates have
// let both in; what is to be done about it, people decide.
import { el } from "../dom.js";
import { clockExact } from "../time.js";
import { number, say } from "../words.js";
import { open } from "./dialog.js";

/** @import { Conflict, Screen } from "../../protocol" */
/** @import { Key } from "../words.js" */

/** @param {Pick<Screen, "conflicts" | "gate">} screen */
export function openConflicts({ conflicts: { count, newest }, gate }) {
  if (count === 0) return void open("conflicts", "conflicts_title", el("p", { class: "hint", "data-say": "conflicts_none" }));
  const inside = [
    el("p", { class: "hint", "data-say": "conflicts_more" }),
    el("ol", { tabindex: "0", autofocus: true }, ...newest.map((conflict) => row(conflict, gate))),
  ];
  if (count > newest.length) {
    const words = { shown: number(newest.length), count: number(count) };
    inside.push(el("p", { class: "hint" }, say("conflicts_newest", words)));
  }
  open("conflicts", "conflicts_title", ...inside);
}

/** @param {Conflict} conflict @param {string | null} here */
function row({ first_name, phone, first, second, ours }, here) {
  return el(
    "li",
    { class: ours ? "ours" : undefined },
    el("p", {}, el("b", {}, first_name), el("span", {}, phone ?? "")),
    entry("conflict_first", first, here),
    entry("conflict_second", second, here),
  );
}

/** @param {Key} which @param {Conflict["first"]} entry @param {string | null} here */
function entry(which, { gate, at }, here) {
  const name = gate === here ? say("this_gate", { gate }) : gate;
  return el("p", {}, el("em", { "data-say": which }), el("time", {}, clockExact(at)), el("span", {}, name));
}
