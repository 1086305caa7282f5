// @ts-check
// What the window says, in the language chosen. A sentence is looked up when
// it is drawn, so that a change of language needs only another drawing.
import en from "./words/en.js";
import hi from "./words/hi.js";

/** @typedef {keyof typeof en} Key */
/** @typedef {"en" | "hi"} Language */
/** @typedef {Record<string, string | number>} Values */

/** @type {Record<Language, Record<Key, string>>} */
const CATALOGUES = { en, hi };

/** @type {Language} */
let language = "en";
let numbers = new Intl.NumberFormat(en.locale);

/** @param {Language} wanted @returns whether that changed anything */
export function speak(wanted) {
  if (wanted === language || !CATALOGUES[wanted]) return false;
  language = wanted;
  numbers = new Intl.NumberFormat(locale());
  return true;
}

export const spoken = () => language;

export const locale = () => CATALOGUES[language].locale;

/** @param {Key} key @param {Values} [values] */
export function say(key, values = {}) {
  const fill = (/** @type {string} */ whole, /** @type {string} */ name) => String(values[name] ?? whole);
  return CATALOGUES[language][key].replace(/\{(\w+)\}/g, fill);
}

/** A sentence that there may be none for. @param {string} key @param {string} otherwise */
export const sayOr = (key, otherwise) => (key in en ? say(/** @type {Key} */ (key)) : otherwise);

/** @param {number} value */
export const number = (value) => numbers.format(value);

/**
 * The sentence for a command that was refused. An unknown code is shown as it
 * came: better a foreign word than silence.
 * @param {unknown} fault
 */
export function sayFault(fault) {
  const { code, detail } = /** @type {{ code?: string, detail?: string }} */ (Object(fault));
  const key = /** @type {Key} */ (`fault_${code}`);
  if (code && key in en) return say(key, { detail: detail ?? "" });
  return say("fault_other", { detail: [code, detail].filter(Boolean).join(" ") || String(fault) });
}
