// @ts-check
// What a verdict looks and sounds like, and what it says: everything about it
// but the drawing.
import { say, sayOr } from "./words.js";
import { since } from "./time.js";

/** @import { ShownVerdict, Recent, Reason } from "../protocol" */

/**
 * Each has its own colour, shape, layout and sound.
 * @typedef {"granted" | "rejected" | "cannot" | "left" | "undone"} Kind
 */

/**
 * @typedef {object} Look
 * @property {Kind} kind
 * @property {string} title
 * @property {string} name the largest line; may be empty
 * @property {string} sentence why, in words a guest can be shown
 * @property {string} advice what the operator does now
 */

/**
 * Only what was granted may look like a welcome; what is not known here reads
 * as not checked.
 * @param {Pick<Recent, "verdict" | "reason">} scan
 * @returns {Kind}
 */
export function kindOf({ verdict, reason }) {
  if (verdict === "ENTRY GRANTED") return reason === "left" ? "left" : "granted";
  if (verdict === "ENTRY REJECTED") return reason === "undone" ? "undone" : "rejected";
  return "cannot";
}

/** @param {ShownVerdict} verdict @returns {Look} */
export function lookOf(verdict) {
  const kind = kindOf(verdict);
  const name = verdict.first_name ?? "";
  switch (kind) {
    case "granted":
      return { kind, title: say("granted"), name: name || say("welcome"), sentence: verdict.unlisted ? say("unlisted_say") : "", advice: "" };
    case "left":
      return { kind, title: say("left"), name: goodbye(name), sentence: "", advice: "" };
    case "undone":
      return { kind, title: say("undone"), name, sentence: say("undone_say"), advice: "" };
    case "rejected":
      return { kind, title: refusal(verdict), name, sentence: why(verdict), advice: "" };
    case "cannot":
      return { kind, title: say("cannot_check"), name, sentence: why(verdict), advice: advice(verdict.reason) };
  }
}

/** @param {string} name */
const goodbye = (name) => (name ? say("goodbye", { name }) : say("goodbye_nobody"));

/** @param {ShownVerdict} verdict */
function refusal({ reason, kind }) {
  if (reason === "not_inside") return say("not_inside");
  return say(kind === "exit" ? "exit_refused" : "rejected");
}

/** @param {ShownVerdict} verdict */
function why(verdict) {
  if (verdict.reason === "already_inside") return alreadyInside(verdict);
  // A reason that this page does not know yet is shown as it came.
  return sayOr(`${verdict.reason}_say`, verdict.reason);
}

/** @param {ShownVerdict} verdict */
function alreadyInside({ at, gate, admitted_at, admitted_gate }) {
  if (!admitted_at || !admitted_gate) return say("already_inside_bare_say");
  const time = since(admitted_at, at);
  if (admitted_gate === gate) return say("already_inside_here_say", { time });
  return say("already_inside_say", { time, gate: admitted_gate });
}

/** @param {Reason} reason */
const advice = (reason) => sayOr(`${reason}_do`, "");

/** A reason in a list. @param {Reason} reason */
export const inShort = (reason) => sayOr(`${reason}_short`, reason);
