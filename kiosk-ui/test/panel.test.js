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
const health = (changes) => ({
  camera: camera("live"),
  database: { state: "up", round_trip_ms: 11.6, detail: null },
  clock: { difference_ms: 120, warn: false },
  unwritten: 0,
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
  const items = itemsOf(health({}));
  assert.deepEqual(items.map(({ state }) => state), ["good", "good", "good", "plain", "plain"]);
  assert.equal(items[0].text, "C920 · 1280 × 720, 30 a second");
  assert.equal(items[1].text, "Database · 12 ms");
});

test("a wrong clock is warned of with its direction", () => {
  const texts = (difference_ms) => itemsOf(health({ clock: { difference_ms, warn: true } }))[2];
  assert.deepEqual(texts(-4300), { state: "warn", text: "This computer’s clock is 4.3 s slow" });
  assert.equal(texts(2100).text, "This computer’s clock is 2.1 s fast");
});

test("scans that are not written yet are said only when there are some", () => {
  assert.ok(itemsOf(health({ unwritten: 3 })).some(({ text }) => text === "Not yet in the log: 3"));
  assert.ok(!itemsOf(health({})).some(({ text }) => text.startsWith("Not yet")));
});

test("a database that is away is a square, with the system's word behind it", () => {
  const item = itemsOf(health({ database: { state: "away", round_trip_ms: null, detail: "no route" } }))[1];
  assert.deepEqual(item, { state: "bad", text: "No database", detail: "no route" });
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
