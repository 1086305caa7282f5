// @ts-check
// What stands around the picture: which gate this is, which way it counts, and
// how many have come.
import { byId, show, whenChanged, write } from "./dom.js";
import { clock } from "./time.js";
import { number, say } from "./words.js";

/** @import { Direction, Screen } from "../protocol" */

/** Counts older than this say how old they are. */
const OLD = 60_000;

/** @param {Screen["counts"]} counts */
export const areOld = (counts) => counts !== null && Date.now() - Date.parse(counts.at) > OLD;

export const drawBar = whenChanged((/** @type {Pick<Screen, "gate" | "event">} */ { gate, event }) => {
  write(byId("gate-name"), gate ?? "");
  write(byId("event-name"), event ? [event.name, event.venue].filter(Boolean).join(" · ") : "");
});

export function drawNow() {
  write(byId("now"), clock(new Date()));
}

/** The direction is the whole window's: its frame, its bar and its prompt follow. */
export const drawDirection = whenChanged((/** @type {Direction} */ direction) => {
  document.documentElement.dataset.direction = direction;
  for (const button of directionButtons()) {
    const chosen = button.dataset.direction === direction;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
});

/** With no camera the other ways are what matters. */
export const drawPrompt = whenChanged((/** @type {{ live: boolean, direction: Direction }} */ { live, direction }) => {
  const aim = direction === "exit" ? "prompt_exit" : "prompt_entry";
  write(byId("prompt"), say(live ? aim : "prompt_no_camera"));
  write(byId("prompt-more"), live ? say("prompt_more") : "");
});

/** @param {(direction: Direction) => void} choose */
export function offerDirection(choose) {
  for (const button of directionButtons()) {
    button.addEventListener("click", () => choose(/** @type {Direction} */ (button.dataset.direction)));
    button.addEventListener("keydown", ({ key }) => {
      if (!key.startsWith("Arrow")) return;
      const other = [...directionButtons()].find((one) => one !== button);
      other?.focus();
      other?.click();
    });
  }
}

const directionButtons = () =>
  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button[data-direction]"));

/** @typedef {{ counts: Screen["counts"], old: boolean }} Counted */

export const drawCounts = whenChanged((/** @type {Counted} */ { counts, old }) => {
  write(byId("inside"), counts ? number(counts.inside) : "–");
  const [admitted, expected] = [counts?.admitted ?? 0, counts?.expected ?? 0];
  const words = { admitted: number(admitted), expected: number(expected) };
  write(byId("admitted"), counts ? say("admitted_of", words) : "");
  byId("admitted-bar").style.width = `${expected > 0 ? Math.min(100, (100 * admitted) / expected) : 0}%`;
  write(byId("counted-at"), counts && old ? say("counted_at", { time: clock(counts.at) }) : "");
});

export const drawConflicts = whenChanged((/** @type {number} */ count) => {
  show(byId("conflicts"), count > 0);
  write(byId("conflicts-count"), say("conflicts", { count: number(count) }));
});

export const drawUndo = whenChanged((/** @type {Screen["undo"]} */ undo) => {
  const button = /** @type {HTMLButtonElement} */ (byId("undo"));
  button.disabled = undo === null;
  write(byId("undo-whom"), undo?.first_name ? say("undo_whom", { name: undo.first_name }) : say("undo"));
});
