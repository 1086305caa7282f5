// @ts-check
// The gate without the database: the badge in the bar and the line below it.
// Nobody can miss them, and nobody need be frightened: the work goes on.
import { byId, show, whenChanged, write } from "./dom.js";
import { ageOf, since } from "./time.js";
import { number, say } from "./words.js";

/** @import { Screen } from "../protocol" */

/** @typedef {Pick<Screen, "offline" | "database">} Standing */
/**
 * @typedef {object} Notice
 * @property {"plain" | "warn" | "bad"} tone
 * @property {string} text
 * @property {string} detail the system's own words, for whoever mends it
 * @property {number | null} part of the first sync that is done, from 0 to 1
 */

/** @param {Standing} standing @param {Date} now */
export function drawOffline(standing, now) {
  drawBadge(badgeOf(standing, now));
  drawNotice(noticeOf(standing, now));
}

/** Short enough for the bar; empty when there is nothing to say. @param {Standing} standing @param {Date} now */
export function badgeOf({ offline, database: { state } }, now) {
  if (state === "refused") return say("database_refused");
  if (canGoOn(offline)) {
    if (offline.mode === "online") return "";
    return offline.since ? say("offline_since", { time: since(offline.since, now) }) : say("offline");
  }
  return state === "away" ? say("database_away") : "";
}

/** @param {Standing} standing @param {Date} now @returns {Notice | null} */
export function noticeOf({ offline, database: { state } }, now) {
  const { on, mode, fault, progress } = offline;
  if (!on || state === "refused") return null;
  if (fault !== null) {
    const text = say(state === "up" ? "store_unusable" : "store_unusable_now");
    return { tone: "bad", text, detail: fault, part: null };
  }
  if (mode === "offline") return { tone: "warn", text: `${say("offline_goes_on")} ${knowledge(offline, now)}`, detail: "", part: null };
  if (!progress) return null;
  return { tone: "plain", text: say("syncing", counted(progress)), detail: "", part: partOf(progress) };
}

/** Whether the gate can do without the database. @param {Screen["offline"]} offline */
export const canGoOn = ({ on, fault }) => on && fault === null;

/** @param {NonNullable<Screen["offline"]["progress"]>} progress */
export const partOf = ({ done, total }) => (total > 0 ? Math.min(1, done / total) : 0);

/** @param {Screen["offline"]} offline @param {Date} now */
function knowledge({ tickets, synced_at, progress }, now) {
  if (progress) return say("syncing_cut", counted(progress));
  if (tickets === null || synced_at === null) return say("offline_knows_none");
  return say("offline_knows", { tickets: number(tickets), time: since(synced_at, now), age: ageOf(synced_at, now) });
}

/** @param {{ done: number, total: number }} progress */
const counted = ({ done, total }) => ({ done: number(done), total: number(total) });

const drawBadge = whenChanged((/** @type {string} */ text) => {
  show(byId("offline"), text !== "");
  write(byId("offline"), text);
});

const drawNotice = whenChanged((/** @type {Notice | null} */ notice) => {
  const place = byId("notice");
  show(place, notice !== null);
  if (!notice) return;
  place.dataset.tone = notice.tone;
  write(byId("notice-text"), notice.text);
  write(byId("notice-detail"), notice.detail);
  const bar = /** @type {HTMLProgressElement} */ (byId("notice-progress"));
  show(bar, notice.part !== null);
  bar.value = notice.part ?? 0;
});
