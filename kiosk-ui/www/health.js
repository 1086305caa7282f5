// @ts-check
// Whether all is well, in one line at the foot. A round mark is good, a
// triangle wants attention, a square stops the work: no colour is needed.
import { byId, el, whenChanged } from "./dom.js";
import { canGoOn, partOf } from "./offline.js";
import { ageOf } from "./time.js";
import { troubleOf } from "./trouble.js";
import { number, say } from "./words.js";

/** @import { Screen } from "../protocol" */

/** @typedef {{ state: "good" | "warn" | "bad" | "plain", text: string, detail?: string }} Item */
/** @typedef {Pick<Screen, "camera" | "database" | "clock" | "offline" | "last_scan_ms" | "version">} Health */

/** What the gate knows by itself is old after so long without another look. */
const OLD = 5 * 60_000;
/** A scan is sent the moment after: before that it is not worth a word. */
const SENT_SOON = 5000;
/** More names than this are a number. */
const NAMED = 3;

/** @param {Health} health @param {Date} now */
export const drawHealth = (health, now) => drawItems(itemsOf(health, now));

const drawItems = whenChanged((/** @type {Item[]} */ items) => {
  byId("health").replaceChildren(
    ...items.map(({ state, text, detail }) => el("span", { "data-health": state, title: detail }, text)),
  );
});

/** @param {Health} health @param {Date} now @returns {Item[]} */
export function itemsOf({ camera, database, clock, offline, last_scan_ms, version }, now) {
  const items = [ofCamera(camera), ofDatabase(database, canGoOn(offline)), ofClock(clock)];
  if (offline.on) items.push(...ofStore(offline, now), ...ofNeighbours(offline));
  items.push(...ofUnsent(offline, now), ...ofSetAside(offline));
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

/** @param {Screen["database"]} database @param {boolean} dispensable @returns {Item} */
function ofDatabase({ state, round_trip_ms, detail }, dispensable) {
  if (state !== "up") {
    const works = state === "connecting" || (state === "away" && dispensable);
    return { state: works ? "warn" : "bad", text: say(`database_${state}`), detail: detail ?? "" };
  }
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

/** Offline the line below the bar says it. @param {Screen["offline"]} offline @param {Date} now @returns {Item[]} */
function ofStore({ mode, fault, progress, tickets, synced_at }, now) {
  if (fault !== null) return [{ state: "bad", text: say("store_fault"), detail: fault }];
  if (mode === "offline") return [];
  if (progress) return [{ state: "plain", text: say("tickets_coming", { percent: number(Math.floor(100 * partOf(progress))) }) }];
  if (tickets === null || synced_at === null) return [{ state: "warn", text: say("tickets_none") }];
  const old = now.getTime() - Date.parse(synced_at) > OLD;
  return [{ state: old ? "warn" : "good", text: say("tickets_here", { count: number(tickets), age: ageOf(synced_at, now) }) }];
}

/** Whether they share counts when the database is away. @param {Screen["offline"]} offline @returns {Item[]} */
function ofNeighbours({ mode, neighbours: { state, gates } }) {
  if (state === "together") {
    const names = gates.join(", ");
    const many = gates.length > NAMED;
    const text = many ? say("neighbours_many", { count: number(gates.length) }) : say("neighbours_together", { gates: names });
    return [{ state: "good", text, detail: names }];
  }
  if (state === "alone") return [{ state: mode === "offline" ? "warn" : "plain", text: say("neighbours_alone") }];
  return mode === "offline" ? [{ state: "plain", text: say("neighbours_off") }] : [];
}

/** @param {Screen["offline"]} offline @param {Date} now @returns {Item[]} */
function ofUnsent({ unsent, unsent_since, mode }, now) {
  if (unsent === 0) return [];
  const waited = unsent_since === null ? 0 : now.getTime() - Date.parse(unsent_since);
  if (mode === "online" && unsent_since !== null && waited < SENT_SOON) return [];
  const count = number(unsent);
  if (unsent_since === null || waited < 60_000) return [{ state: "warn", text: say("unsent", { count }) }];
  return [{ state: "warn", text: say("unsent_oldest", { count, age: ageOf(unsent_since, now) }) }];
}

/** @param {Screen["offline"]} offline @returns {Item[]} */
function ofSetAside({ set_aside }) {
  if (set_aside === 0) return [];
  return [{ state: "warn", text: say("set_aside", { count: number(set_aside) }), detail: say("set_aside_more") }];
}
