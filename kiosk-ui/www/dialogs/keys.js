// @ts-check
// Which key does what.
import { el } from "../dom.js";
import { open } from "./dialog.js";

/** @import { Key } from "../words.js" */

/** @type {[string[], Key][]} */
const KEYS = [
  [["F", "/"], "key_find"],
  [["U"], "key_undo"],
  [["D", "X"], "key_direction"],
  [["C"], "key_conflicts"],
  [["S"], "key_settings"],
  [["Esc", "Space", "Enter"], "key_dismiss"],
  [["Ctrl+V"], "key_paste"],
  [["?"], "key_keys"],
];

export function openKeys() {
  const rows = KEYS.flatMap(([keys, meaning]) => [
    el("dt", {}, ...keys.map((key) => el("kbd", {}, key))),
    el("dd", { "data-say": meaning }),
  ]);
  open("keys", "keys_title", el("dl", {}, ...rows));
}
