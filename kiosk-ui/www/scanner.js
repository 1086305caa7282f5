// @ts-check
// A hand scanner types like a keyboard, only faster than any hand. Keys and
// their times go in; scans come out. No timer, no document: the keyboard's own
// module brings both.

/** Characters come closer than this on average, in milliseconds. */
export const FAST = 35;
/** After a gap like this a scan may begin: the key before may have been a hand's. */
export const GAP = 60;
/** A text has ended when no key came for so long, if it had no Enter. Any shorter, and a stutter would cut a code in two. */
export const PAUSE = 200;
/** Half a ticket code would read as a forged one: what begins like one is given more time still. */
export const PAUSE_IN_OURS = 400;
/** And from a scanner that is known to end with Enter, the Enter is awaited. */
export const PAUSE_BEFORE_ENTER = 5000;
/** Set-up codes have many lines; between two of them a scanner takes breath. */
export const PAUSE_BETWEEN_LINES = 400;

const SHORTEST = 6;
const LONG = 20;
/** A key that is held down repeats as fast as a scanner types. */
const DIFFERENT = 3;
/** Scanners that say everything twice. */
const TWICE = 1000;
const OURS = "ETS1:";

/**
 * @typedef {object} Key
 * @property {string} key as the browser names it
 * @property {number} at milliseconds, of any clock
 * @property {string} [code] the key's place
 * @property {boolean} [shift]
 * @property {boolean} [capsLock]
 * @property {boolean} [repeat]
 * @property {boolean} [command] Ctrl, Alt or Meta is held: not a character
 */

/**
 * What a key was. `scan`: a text is whole; null when it is the one that was
 * just said. `swallow`: a scanner's key, which should have no other effect.
 * `certain`: not even in a text field, since it belongs to a ticket code.
 * `began`: when that scan or code did.
 * @typedef {{ scan?: string | null, began?: number, swallow: boolean, certain?: boolean }} Heard
 */

/** @typedef {{ text: string, at: number }} Character */

const NOTHING = Object.freeze({ swallow: false });

export class Scanner {
  /** @type {Character[]} */
  #typed = [];
  #lines = false;
  #enters = false;
  #said = { text: "", at: -Infinity };

  /** Whether Enter is part of the text, as in a set-up code. @param {boolean} wanted */
  manyLines(wanted) {
    this.#lines = wanted;
  }

  /** How long a silence ends the text. */
  get pause() {
    if (this.#lines) return PAUSE_BETWEEN_LINES;
    if (this.#typed.length === 0 || !beginsLikeOurs(this.#typed)) return PAUSE;
    return this.#enters ? PAUSE_BEFORE_ENTER : PAUSE_IN_OURS;
  }

  /** Whether a scan may begin with a key at this time. @param {number} at */
  mayBegin(at) {
    return at - this.#last >= GAP;
  }

  get #last() {
    return this.#typed.at(-1)?.at ?? -Infinity;
  }

  /** @param {Key} key @returns {Heard} */
  press(key) {
    if (key.key === "Enter" || key.key === "Tab") return this.#end(key.at);
    const text = characterOf(key);
    if (text === null) return NOTHING;
    if (text === "") return this.#forget(NOTHING);
    const gap = key.at - this.#last;
    if (gap >= this.pause) this.#typed = [];
    this.#typed.push({ text, at: key.at });
    const ours = this.#typed.find((_, at) => this.#typed.length > at + OURS.length && beginsLikeOurs(this.#typed.slice(at)));
    return ours ? { swallow: true, certain: true, began: ours.at } : { swallow: gap < FAST };
  }

  /** What was typed so far was a hand's. */
  forget() {
    this.#typed = [];
  }

  /** No key has come for a while. @param {number} at @returns {Heard} */
  silence(at) {
    if (at - this.#last < this.pause) return NOTHING;
    const scan = scanIn(this.#typed);
    const whole = scan && (this.#lines || scan.text.startsWith(OURS) || scan.text.length >= LONG);
    return whole ? this.#finish(scan, at) : this.#forget(NOTHING);
  }

  /** @param {number} at @returns {Heard} */
  #end(at) {
    const scan = at - this.#last > this.pause ? null : scanIn(this.#typed);
    if (!scan) return this.#forget(NOTHING);
    this.#enters = true;
    if (!this.#lines) return this.#finish(scan, at);
    this.#typed.push({ text: "\n", at });
    return { swallow: true, certain: true };
  }

  /** @param {Scan} scan @param {number} at @returns {Heard} */
  #finish({ text, began }, at) {
    const again = text === this.#said.text && at - this.#said.at < TWICE;
    this.#said = { text, at };
    return this.#forget({ scan: again ? null : text, began, swallow: true, certain: true });
  }

  /** @param {Heard} heard */
  #forget(heard) {
    this.#typed = [];
    return heard;
  }
}

/** @typedef {{ text: string, began: number }} Scan */

/**
 * The scan that these characters end with. A gap in them was a stutter, or a
 * hand before it; that it begins like a ticket code tells the one from the other.
 * @param {Character[]} typed
 * @returns {Scan | null}
 */
function scanIn(typed) {
  const starts = typed.flatMap((_, at) => (at === 0 || gapBefore(typed, at) >= GAP ? [at] : []));
  const scans = starts.map((at) => typed.slice(at)).filter(isScan).map(asScan);
  return scans.find(({ text }) => text.startsWith(OURS)) ?? scans[0] ?? null;
}

/** @param {Character[]} typed */
function isScan(typed) {
  if (typed.length < SHORTEST || new Set(typed.map(({ text }) => text)).size < DIFFERENT) return false;
  // Nobody types a ticket code; there even a scanner that a busy computer holds up is known.
  if (beginsLikeOurs(typed)) return true;
  const total = typed.reduce((sum, _, at) => sum + gapBefore(typed, at), 0);
  return total < FAST * (typed.length - 1);
}

/** Or may yet, if it is shorter. @param {Character[]} typed */
const beginsLikeOurs = (typed) => typed.slice(0, OURS.length).every(({ text }, at) => text === OURS[at]);

/** @param {Character[]} typed @returns {Scan} */
const asScan = (typed) => ({ text: typed.map(({ text }) => text).join("").trim(), began: typed[0]?.at ?? 0 });

/** The breath between two lines is no gap. @param {Character[]} typed @param {number} at */
function gapBefore(typed, at) {
  const [before, key] = [typed[at - 1], typed[at]];
  return !before || !key || before.text === "\n" ? 0 : key.at - before.at;
}

/**
 * The character of a key; null for a key that belongs to none (Shift); empty
 * for one that cannot come from a scanner.
 * @param {Key} key
 * @returns {string | null}
 */
function characterOf({ key, code = "", shift = false, capsLock = false, repeat = false, command = false }) {
  if (["Shift", "CapsLock", "NumLock"].includes(key)) return null;
  if (repeat || command) return "";
  // Without Num Lock the scanner's digits arrive as arrows.
  const digit = /^Numpad([0-9])$/.exec(code)?.[1];
  if (digit) return digit;
  if ([...key].length !== 1) return "";
  // With Caps Lock on the scanner's capitals arrive small: Shift tells what was meant.
  if (capsLock && key.toLowerCase() !== key.toUpperCase()) return shift ? key.toUpperCase() : key.toLowerCase();
  return key;
}
