// @ts-check
// The PIN pad: for a finger on the glass as for the keys.
import { el, write } from "../dom.js";
import { say } from "../words.js";
import { open, showFault } from "./dialog.js";

/** @import { Key, Values } from "../words.js" */

const LONGEST = 8;

/**
 * Asks until `attempt` takes the PIN; it rejects with the fault to be shown.
 * @param {Key} title
 * @param {Values} values
 * @param {(pin: string) => Promise<unknown>} attempt
 */
export function askPin(title, values, attempt) {
  const field = pinField();
  const form = el("form", { novalidate: true }, field, pad(field));
  const { dialog, heading, fault, close } = open("pin", title, form);
  write(heading, say(title, values));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (field.value === "" || form.classList.contains("waiting")) return;
    form.classList.add("waiting");
    try {
      await attempt(field.value);
      // The attempt may have opened the next dialog, which closed this one.
      if (dialog.open) close();
    } catch (refused) {
      field.value = "";
      showFault(fault, refused);
    }
    form.classList.remove("waiting");
  });
}

/** Takes digits only. @param {Record<string, string>} [attributes] */
export function pinField(attributes = {}) {
  const field = el("input", {
    type: "password",
    inputmode: "none",
    maxlength: String(LONGEST),
    autocomplete: "off",
    autofocus: true,
    "data-say-label": "pin_enter",
    ...attributes,
  });
  onlyDigits(field);
  return field;
}

/** @param {HTMLInputElement} field */
export function onlyDigits(field) {
  field.addEventListener("input", () => {
    const digits = field.value.replace(/\D/g, "");
    if (digits !== field.value) field.value = digits;
  });
}

/** @param {HTMLInputElement} field */
function pad(field) {
  const digit = (/** @type {string} */ character) => {
    const key = el("button", { type: "button", class: "digit" }, character);
    key.addEventListener("click", () => (field.value = (field.value + character).slice(0, LONGEST)));
    return key;
  };
  const rub = el("button", { type: "button", class: "digit rub", "data-say-label": "pin_delete" }, "⌫");
  rub.addEventListener("click", () => (field.value = field.value.slice(0, -1)));
  const ok = el("button", { class: "digit main", "data-say": "pin_ok" });
  const keys = el("div", { class: "pad" }, ...[..."123456789"].map(digit), rub, digit("0"), ok);
  // The focus stays in the field, so that keys go on working after a touch.
  keys.addEventListener("pointerdown", (event) => event.preventDefault());
  return keys;
}
