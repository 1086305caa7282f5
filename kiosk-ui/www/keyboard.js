// @ts-check
// Every key of the window passes here first: a hand scanner types wherever the
// focus happens to be, and what it types must have no effect but the scan.
import { isTextField } from "./dom.js";
import { Scanner } from "./scanner.js";

/** @import { Heard } from "./scanner.js" */

/**
 * @typedef {object} Listeners
 * @property {(text: string) => void} scanned
 * @property {(key: string) => boolean} shortcut whether the key means something now
 * @property {(key: string) => void} act
 * @property {() => boolean} manyLines whether a scan has many lines now
 */

/** @param {Listeners} listeners */
export function listen(listeners) {
  const keyboard = new Keyboard(listeners);
  addEventListener("keydown", (event) => keyboard.press(event), { capture: true });
}

/**
 * A text field as it was before a key that may begin a scan.
 * @typedef {{ at: number, field: HTMLInputElement | HTMLTextAreaElement, value: string, start: number | null, end: number | null }} Before
 */

/** So long a letter waits before it means something: it may be a scanner's first. */
const ALONE = 100;
/** A timer that comes later than this was kept waiting, and so may keys have been. */
const BUSY = 30;
/** A computer that has just woken up brings keys this late, with their true times. */
const LATE = 10_000;
/** More gaps than this no scanner makes. */
const REMEMBERED = 8;

class Keyboard {
  #scanner = new Scanner();
  #listeners;
  /** @type {EventTarget | null} */
  #target = null;
  /** @type {Before[]} */
  #before = [];
  /** @type {number | undefined} */
  #silence;
  /** @type {number | undefined} */
  #shortcut;

  /** @param {Listeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.isComposing || event.key === "Process") return;
    // A key that is held down must not say yes twice.
    if (event.repeat && event.key === "Enter") return swallow(event);
    const at = timeOf(event);
    const inField = isTextField(event.target);
    // Only a hand goes from one field to the next, however fast it fills in a form.
    if (inField && isTextField(this.#target) && event.target !== this.#target) this.#scanner.forget();
    this.#target = event.target;
    // Whatever comes next, the last key was not pressed alone.
    clearTimeout(this.#shortcut);
    this.#scanner.manyLines(this.#listeners.manyLines());
    if (this.#scanner.mayBegin(at)) this.#remember(event.target, at);
    const heard = this.#scanner.press({
      key: event.key,
      code: event.code,
      at,
      shift: event.shiftKey,
      capsLock: event.getModifierState("CapsLock"),
      repeat: event.repeat,
      command: event.ctrlKey || event.altKey || event.metaKey,
    });
    this.#listenForSilence();
    if (heard.certain || (heard.swallow && !inField)) swallow(event);
    if (heard.began !== undefined) this.#takeOut(heard.began);
    // A list would jump to what begins with that letter.
    if (event.target instanceof HTMLSelectElement && event.key.length === 1) event.preventDefault();
    if (heard.scan !== undefined) this.#scanned(heard);
    else if (!heard.swallow) this.#consider(event, inField);
  }

  /** @param {KeyboardEvent} event @param {boolean} inField */
  #consider(event, inField) {
    const key = meant(event);
    if (event.ctrlKey || event.altKey || event.metaKey || inField || !this.#listeners.shortcut(key)) return;
    swallow(event);
    if (event.repeat) return;
    if (key.length > 1) this.#listeners.act(key);
    else this.#shortcut = setTimeout(() => this.#listeners.act(key), ALONE);
  }

  #listenForSilence() {
    const wait = this.#scanner.pause + 5;
    const due = performance.now() + wait;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const now = performance.now();
      if (now > due + BUSY) return this.#listenForSilence();
      const heard = this.#scanner.silence(now);
      if (heard.scan !== undefined) this.#scanned(heard);
    }, wait);
  }

  /** @param {EventTarget | null} target @param {number} at */
  #remember(target, at) {
    if (!isTextField(target)) {
      this.#before = [];
      return;
    }
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (target);
    const { value, selectionStart: start, selectionEnd: end } = field;
    this.#before = [...this.#before.slice(-REMEMBERED), { at, field, value, start, end }];
  }

  /** The field as it was before the scan. @param {number} began */
  #takeOut(began) {
    const before = this.#before.filter(({ at }) => at <= began).at(-1);
    if (before) restore(before);
  }

  /** @param {Heard} heard */
  #scanned({ scan, began }) {
    // A scan that silence ended comes by itself, without a last key.
    if (began !== undefined) this.#takeOut(began);
    this.#before = [];
    // Null: said twice.
    if (scan) this.#listeners.scanned(scan);
  }
}

/** On a keyboard of another script the key's place says which letter is meant. @param {KeyboardEvent} event */
function meant({ key, code }) {
  if (key.length > 1 || /^[ -~]$/.test(key)) return key;
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? key;
}

/**
 * When the key was pressed, not when this page found time for it; where a
 * system's clock is another, the latter.
 * @param {KeyboardEvent} event
 */
function timeOf({ timeStamp }) {
  const now = performance.now();
  return timeStamp > now - LATE && timeStamp <= now ? timeStamp : now;
}

/** @param {Before} before */
function restore({ field, value, start, end }) {
  if (field.value === value) return;
  field.value = value;
  field.setSelectionRange(start, end);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {KeyboardEvent} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
