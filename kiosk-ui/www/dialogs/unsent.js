// @ts-check
// Ending the program, or this gate: with scans that the database does not have
// yet, only by whoever has read what becomes of them.
import { el, write } from "../dom.js";
import { ask } from "../gate.js";
import { say } from "../words.js";
import { button, open, showFault } from "./dialog.js";

/** @typedef {"leave" | "set_up_again"} End */

/** Rejects with whatever else speaks against it. @param {End} end @param {string} pin */
export async function endWith(end, pin) {
  try {
    await ask(end, { pin, unsent_ok: false });
  } catch (fault) {
    const { code, detail } = /** @type {{ code?: string, detail?: string }} */ (Object(fault));
    if (code !== "unsent_scans") throw fault;
    warn(end, pin, detail ?? "");
  }
}

/** @param {End} end @param {string} pin the right one, as the gate has said @param {string} count */
function warn(end, pin, count) {
  const go = button(end === "leave" ? "unsent_leave" : "unsent_set_up_again", "grave", () => void goOn());
  const wait = button("unsent_wait", "main", () => opened.close());
  wait.autofocus = true;
  const opened = open(
    "unsent",
    "unsent_title",
    el("p", { class: "hint", "data-say": "unsent_stay" }),
    el("p", { class: "hint", "data-say": "unsent_until" }),
    el("p", { class: "better", "data-say": "unsent_better" }),
    el("div", { class: "answers" }, go, wait),
  );
  write(opened.heading, say("unsent_title", { count }));
  const goOn = async () => {
    go.disabled = true;
    await ask(end, { pin, unsent_ok: true }).catch((fault) => showFault(opened.fault, fault));
    go.disabled = false;
  };
}
