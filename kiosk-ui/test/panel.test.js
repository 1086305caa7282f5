import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { slots } from "../www/chart.js";
import { itemsOf } from "../www/health.js";
import { plainDate } from "../www/time.js";
import { troubleOf } from "../www/trouble.js";
import { number, speak } from "../www/words.js";

beforeEach(() => speak("en"));

const LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15";
const camera = (state) => ({ state, name: "C920", bus: "usb-2", width: 1280, height: 720, frames_per_second: 30, detail: null });
const NOW = new Date("2026-11-22T14:00:00Z");
const ago = (seconds) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const owed = (changes) => ({
  on: false,
  mode: "online",
  since: null,
  synced_at: null,
  tickets: null,
  progress: null,
  unsent: 0,
  unsent_since: null,
  set_aside: 0,
  list: false,
  neighbours: { state: "off", gates: [] },
  fault: null,
  ...changes,
});
/** The strip of a gate that can go on without the database. */
const strip = (changes, others = {}) => {
  const offline = owed({ on: true, synced_at: ago(20), tickets: 1987, ...changes });
  return itemsOf(health({ offline, ...others }), NOW);
};
const AWAY = { state: "away", round_trip_ms: null, detail: "no route" };
const health = (changes) => ({
  camera: camera("live"),
  database: { state: "up", round_trip_ms: 11.6, detail: null },
  clock: { difference_ms: 120, warn: false },
  offline: owed({}),
  last_scan_ms: 84,
  version: "0.1.0",
  ...changes,
});

test("a live camera has no trouble", () => {
  assert.equal(troubleOf(camera("live"), 99_999, LINUX), null);
});

test("a silent camera is reconnected; after fifteen seconds somebody must pull the plug", () => {
  assert.equal(troubleOf(camera("stalled"), 14_999, LINUX)?.remedy, "camera_stalled_do");
  assert.equal(troubleOf(camera("stalled"), 15_000, LINUX)?.remedy, "camera_replug_do");
  assert.equal(troubleOf(camera("opening"), 20_000, LINUX)?.remedy, "camera_replug_do");
});

test("the remedy for a camera that is not permitted fits the system", () => {
  assert.equal(troubleOf(camera("denied"), 0, LINUX)?.remedy, "camera_denied_do");
  assert.equal(troubleOf(camera("denied"), 0, "Windows NT 10.0")?.remedy, "camera_denied_elsewhere_do");
});

test("when all is well the strip says so in four words and a version", () => {
  const items = itemsOf(health({}), NOW);
  assert.deepEqual(items.map(({ state }) => state), ["good", "good", "good", "plain", "plain"]);
  assert.equal(items[0].text, "C920 · 1280 × 720, 30 a second");
  assert.equal(items[1].text, "Database · 12 ms");
});

test("a wrong clock is warned of with its direction", () => {
  const texts = (difference_ms) => itemsOf(health({ clock: { difference_ms, warn: true } }), NOW)[2];
  assert.deepEqual(texts(-4300), { state: "warn", text: "This computer’s clock is 4.3 s slow" });
  assert.equal(texts(2100).text, "This computer’s clock is 2.1 s fast");
});

test("scans that are not sent yet are said with the age of the oldest, but not in the moment it takes", () => {
  const said = (changes) => strip(changes).filter(({ text }) => text.startsWith("Not yet"));
  assert.deepEqual(said({}), []);
  assert.deepEqual(said({ unsent: 1, unsent_since: ago(2) }), []);
  assert.deepEqual(said({ unsent: 3, unsent_since: ago(30) }), [{ state: "warn", text: "Not yet sent: 3" }]);
  assert.deepEqual(said({ unsent: 1, unsent_since: ago(2), mode: "offline" }), [{ state: "warn", text: "Not yet sent: 1" }]);
  assert.equal(said({ unsent: 3, unsent_since: ago(730) })[0].text, "Not yet sent: 3, the oldest 12 min ago");
  assert.equal(said({ unsent: 3, on: false })[0].text, "Not yet sent: 3");
});

test("what the database refused is kept, and somebody is to be told", () => {
  const item = strip({ set_aside: 2 }).find(({ text }) => text.startsWith("Refused"));
  assert.deepEqual([item.state, item.text], ["warn", "Refused by the database: 2. Tell the organiser"]);
});

test("how many tickets are known here is said with their age; old knowledge is warned of", () => {
  const known = (changes) => strip(changes).filter(({ text }) => text.includes("ickets"));
  assert.deepEqual(known({}), [{ state: "good", text: "Tickets here: 1,987 · just now" }]);
  assert.deepEqual(known({ synced_at: ago(360) }), [{ state: "warn", text: "Tickets here: 1,987 · 6 min ago" }]);
  assert.equal(known({ synced_at: null, tickets: null })[0].text, "No tickets here yet");
  assert.equal(known({ progress: { done: 999, total: 1000 } })[0].text, "Tickets here: 99%");
  assert.deepEqual(known({ mode: "offline" }), []);
});

test("a store that cannot be used is a square, with the system's word behind it", () => {
  assert.deepEqual(strip({ fault: "disk full" })[3], { state: "bad", text: "Own store unusable", detail: "disk full" });
});

test("the neighbours are named while they are few; to be alone counts when the database is away", () => {
  const said = (gates, mode = "online") => strip({ mode, neighbours: { state: gates.length > 0 ? "together" : "alone", gates } });
  assert.ok(said(["Gate B", "Gate C"]).some(({ state, text }) => state === "good" && text === "With Gate B, Gate C"));
  assert.ok(said(["B", "C", "D", "E"]).some(({ text, detail }) => text === "With 4 gates" && detail === "B, C, D, E"));
  const alone = (mode) => said([], mode).find(({ text }) => text === "Alone on this network").state;
  assert.deepEqual([alone("online"), alone("offline")], ["plain", "warn"]);
});

test("a database that is away is a square where it stops the work, a triangle where the gate goes on", () => {
  const away = { text: "No database", detail: "no route" };
  assert.deepEqual(itemsOf(health({ database: AWAY }), NOW)[1], { state: "bad", ...away });
  assert.deepEqual(strip({ mode: "offline" }, { database: AWAY })[1], { state: "warn", ...away });
  assert.deepEqual(strip({ fault: "disk full" }, { database: AWAY })[1], { state: "bad", ...away });
  const refused = { state: "refused", round_trip_ms: null, detail: "denied" };
  assert.equal(strip({}, { database: refused })[1].state, "bad");
});

test("the chart shows the last four hours and begins at the right time", () => {
  const counts = Array.from({ length: 60 }, (_, at) => at);
  const { drawn, starts, ends, highest } = slots({ counts, slot_minutes: 5, starts_at: "2026-11-22T10:00:00Z" });
  assert.deepEqual([drawn.length, drawn[0], highest], [48, 12, 59]);
  assert.equal(starts.toISOString(), "2026-11-22T11:00:00.000Z");
  assert.equal(ends.toISOString(), "2026-11-22T15:00:00.000Z");
});

test("numbers are grouped as in India; a plain date has no zone to slip in", () => {
  assert.equal(number(123456), "1,23,456");
  assert.equal(plainDate("2026-11-22"), "22 Nov 2026");
});
