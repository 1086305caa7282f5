// @ts-check
// The few things this page needs of the document, short to say.
import { zoneShown } from "./time.js";
import { say, spoken } from "./words.js";

/** @import { Key } from "./words.js" */

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function within(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return /** @type {HTMLElement} */ (found);
}

/**
 * An element with its attributes and what is in it. `data-say` is filled by `translate`.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | undefined>} [attributes]
 * @param {...(Node | string)} inside
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (typeof value === "string") made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

/** Text is only touched when it differs, so that nothing is laid out for nothing. @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Whether a key typed now would change what stands in it. @param {EventTarget | null} target */
export function isTextField(target) {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && ["text", "search", "password", "tel"].includes(target.type);
}

/** Fills every `data-say` and `data-say-label` below `root` with words of the language chosen. @param {ParentNode} root */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-say], [data-say-label]")) {
    const { say: text, sayLabel: label } = /** @type {HTMLElement} */ (element).dataset;
    if (text) write(element, say(/** @type {Key} */ (text)));
    if (label) element.setAttribute("aria-label", say(/** @type {Key} */ (label)));
  }
}

/**
 * Draws again only what has changed, or would be said otherwise: the state
 * comes up to ten times a second.
 * @template T
 * @param {(value: T) => void} draw
 */
export function whenChanged(draw) {
  let drawn = "";
  return (/** @type {T} */ value) => {
    const now = JSON.stringify([spoken(), zoneShown(), value]);
    if (now === drawn) return;
    drawn = now;
    draw(value);
  };
}
