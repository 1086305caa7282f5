// @ts-check
// What all dialogs share: made when opened and gone when closed, so that none
// ever shows what an earlier guest left in it.
import { el, translate, write } from "../dom.js";
import { sayFault } from "../words.js";

/** @import { Key } from "../words.js" */

/** @typedef {{ dialog: HTMLDialogElement, heading: HTMLElement, body: HTMLElement, fault: HTMLElement, close: () => void }} Opened */

/**
 * @param {string} name its class
 * @param {Key} title
 * @param {...(Node | string)} inside
 * @returns {Opened}
 */
export function open(name, title, ...inside) {
  closeAll();
  const heading = el("h2", { "data-say": title });
  const closer = el("button", { type: "button", class: "closer", "data-say-label": "close" }, "×");
  const body = el("div", { class: "body" }, ...inside);
  const fault = el("p", { class: "fault", role: "alert", hidden: true });
  const dialog = el("dialog", { class: name }, el("header", {}, heading, closer), body, fault);
  const close = () => dialog.close();
  closer.addEventListener("click", close);
  dialog.addEventListener("close", () => dialog.remove());
  // A press beside it is how most people close one.
  dialog.addEventListener("pointerdown", ({ target }) => target === dialog && close());
  document.body.append(dialog);
  translate(dialog);
  dialog.showModal();
  within(dialog)?.focus();
  return { dialog, heading, body, fault, close };
}

/** @param {HTMLElement} dialog @returns {HTMLElement | null} */
const within = (dialog) => dialog.querySelector("[autofocus]");

export const isOpen = () => document.querySelector("dialog[open]") !== null;

/** A verdict goes before everything: nobody may take back the wrong guest's entry behind it. */
export function closeAll() {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}

/** @param {HTMLElement} place @param {unknown} fault null: none */
export function showFault(place, fault) {
  write(place, fault === null ? "" : sayFault(fault));
  place.hidden = fault === null;
}

/** A button with its word. @param {Key} key @param {string} name @param {() => void} [pressed] */
export function button(key, name, pressed) {
  const made = el("button", { type: pressed ? "button" : "submit", class: name, "data-say": key });
  if (pressed) made.addEventListener("click", pressed);
  return made;
}
