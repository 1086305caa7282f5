// @ts-check
// Whether all is well, in one line at the foot. A round mark is good, a
// triangle wants attention, a square stops the work: no colour is needed.
import { byId, el, whenChanged } from "./dom.js";
import { troubleOf } from "./trouble.js";
import { number, say } from "./words.js";

/** @import { Screen } from "../protocol" */

/** @typedef {{ state: "good" | "warn" | "bad" | "plain", text: string, detail?: string }} Item */
/** @typedef {Pick<Screen, "camera" | "database" | "clock" | "unwritten" | "last_scan_ms" | "version">} Health */

export const drawHealth = whenChanged((/** @type {Health} */ health) => {
  byId("health").replaceChildren(
    ...itemsOf(health).map(({ state, text, detail }) => el("span", { "data-health": state, title: detail }, text)),
  );
});

/** @param {Health} health @returns {Item[]} */
export function itemsOf({ camera, database, clock, unwritten, last_scan_ms, version }) {
  /** @type {Item[]} */
  const items = [ofCamera(camera), ofDatabase(database), ofClock(clock)];
  if (unwritten > 0) items.push({ state: "warn", text: say("unwritten", { count: number(unwritten) }) });
  if (last_scan_ms !== null) items.push({ state: "plain", text: say("last_scan", { ms: number(Math.round(last_scan_ms)) }) });
  items.push({ state: "plain", text: version });
  return items;
}

/** @param {Screen["camera"]} camera @returns {Item} */
function ofCamera(camera) {
  const trouble = troubleOf(camera, 0, "");
  if (trouble) {
    const state = camera.state === "opening" ? "warn" : "bad";
    return { state, text: say(trouble.title), detail: camera.detail ?? "" };
  }
  const { width, height, frames_per_second: rate } = camera;
  const name = camera.name || say("camera");
  if (!width || !height || !rate) return { state: "good", text: name };
  return { state: "good", text: `${name} · ${say("camera_rate", { width, height, rate: Math.round(rate) })}` };
}

/** @param {Screen["database"]} database @returns {Item} */
function ofDatabase({ state, round_trip_ms, detail }) {
  if (state !== "up") return { state: state === "connecting" ? "warn" : "bad", text: say(`database_${state}`), detail: detail ?? "" };
  const took = round_trip_ms === null ? "" : ` · ${say("milliseconds", { ms: number(Math.round(round_trip_ms)) })}`;
  return { state: "good", text: say("database") + took };
}

/** @param {Screen["clock"]} clock @returns {Item} */
function ofClock({ difference_ms, warn }) {
  if (difference_ms === null) return { state: "plain", text: say("clock_unknown") };
  if (!warn) return { state: "good", text: say("clock_exact") };
  const seconds = number(Math.round(Math.abs(difference_ms) / 100) / 10);
  return { state: "warn", text: say(difference_ms > 0 ? "clock_fast" : "clock_slow", { seconds }) };
}
