// @ts-check
// Pulls the camera's pictures, one at a time: the next is asked for when the
// last is on the screen, so that a slow computer sees fewer and never old ones.
import { pictureAddress } from "./gate.js";

/** @import { View } from "./view.js" */

/** Fifteen a second is plenty for aiming. */
const EACH = 66;
const AFTER_ERROR = 500;
/** A picture older than this is not shown as if it were now. */
const STALE = 1500;

export class Preview {
  /** @type {View | null} */
  #view = null;
  #live = false;
  #count = 0;
  #asked = 0;
  #shown = 0;
  /** @type {number | undefined} */
  #timer;

  constructor() {
    setInterval(() => this.#judge(), 500);
  }

  /** Shows the pictures there from now on, and nowhere else. @param {View} view */
  into(view) {
    if (this.#view === view) return;
    this.#view?.blank();
    this.#view = view;
    this.#restart();
  }

  /** @param {boolean} live whether there is anything to pull */
  set live(live) {
    if (live === this.#live) return;
    this.#live = live;
    this.#restart();
  }

  #restart() {
    clearTimeout(this.#timer);
    this.#shown = performance.now();
    if (this.#live) this.#next();
  }

  #next() {
    const view = this.#view;
    if (!view || !this.#live) return;
    const { image } = view;
    this.#asked = performance.now();
    image.onload = () => {
      if (view !== this.#view) return;
      this.#shown = performance.now();
      view.stale = false;
      requestAnimationFrame(() => this.#later(EACH - (performance.now() - this.#asked)));
    };
    image.onerror = () => this.#later(AFTER_ERROR);
    image.src = pictureAddress((this.#count += 1));
  }

  /** @param {number} milliseconds */
  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), Math.max(0, milliseconds));
  }

  /** A frozen picture must not look live. */
  #judge() {
    if (this.#view && this.#live && performance.now() - this.#shown > STALE) this.#view.stale = true;
  }
}
