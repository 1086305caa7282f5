// @ts-check
// The verdict fills the screen. Everything it needs is in the page already, so
// that drawing one is a few texts and one attribute: this is measured.
import { byId, write } from "./dom.js";
import { lookOf } from "./look.js";
import { clockExact } from "./time.js";
import { say } from "./words.js";

/** @import { ShownVerdict } from "../protocol" */

/** A verdict that comes sooner needs no announcement. */
const CHECKING_AFTER = 250;

const screen = byId("verdict");
const parts = {
  title: byId("verdict-title"),
  name: byId("verdict-name"),
  sentence: byId("verdict-sentence"),
  advice: byId("verdict-advice"),
  phone: byId("verdict-phone"),
  place: byId("verdict-place"),
  offline: byId("verdict-offline"),
};

/** Letters as they are seen: many a Devanagari letter is two or three characters. */
const letters = new Intl.Segmenter();

/** @param {string} name */
const lettersOf = (name) => [...letters.segment(name)].length;

export class Verdict {
  /** @type {ShownVerdict | null} */
  #shown = null;
  /** @type {number | undefined} */
  #clears;
  /** @type {number | undefined} */
  #announces;
  #changed;

  /** @param {(up: boolean) => void} changed told when it comes and goes */
  constructor(changed) {
    this.#changed = changed;
    screen.addEventListener("click", () => this.dismiss());
  }

  get isUp() {
    return screen.dataset.kind !== undefined;
  }

  /** Resolves when it has been painted. @param {ShownVerdict} verdict @returns {Promise<void>} */
  draw(verdict) {
    this.#forget();
    this.#shown = verdict;
    this.#write(verdict);
    this.#appear(lookOf(verdict).kind);
    if (verdict.clears_after_ms !== null) this.#clears = setTimeout(() => this.dismiss(), verdict.clears_after_ms);
    // The first frame draws it, the second begins when it is drawn.
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
  }

  /** A scan has begun. If its verdict takes long, the one before must not be taken for it. */
  checking() {
    clearTimeout(this.#announces);
    this.#announces = setTimeout(() => {
      this.#forget();
      this.#fill({ title: say("checking"), name: "", sentence: say("checking_say"), advice: "" });
      write(parts.phone, "");
      write(parts.place, "");
      parts.offline.hidden = true;
      this.#appear("checking");
    }, CHECKING_AFTER);
  }

  /** In another language, without a new appearance. */
  redraw() {
    if (this.#shown) this.#write(this.#shown);
  }

  dismiss() {
    if (!this.isUp) return;
    this.#forget();
    delete screen.dataset.kind;
    this.#changed(false);
  }

  /** @param {ShownVerdict} verdict */
  #write(verdict) {
    this.#fill(lookOf(verdict));
    write(parts.phone, verdict.phone ?? "");
    write(parts.place, `${verdict.gate} · ${clockExact(verdict.at)}`);
    parts.offline.hidden = verdict.mode !== "offline";
  }

  /** @param {{ title: string, name: string, sentence: string, advice: string }} words */
  #fill({ title, name, sentence, advice }) {
    write(parts.title, title);
    write(parts.name, name);
    write(parts.sentence, sentence);
    write(parts.advice, advice);
    // The longer the name, the smaller: it must be read at two metres, whole.
    parts.name.style.setProperty("--letters", String(Math.max(4, lettersOf(name))));
  }

  /** Two turns that look a little different: two of a kind in a row are seen to be two. @param {string} kind */
  #appear(kind) {
    screen.dataset.turn = screen.dataset.turn === "a" ? "b" : "a";
    screen.dataset.kind = kind;
    this.#changed(true);
  }

  #forget() {
    clearTimeout(this.#clears);
    clearTimeout(this.#announces);
    this.#shown = null;
  }
}
