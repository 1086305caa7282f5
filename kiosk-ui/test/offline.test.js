import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { badgeOf, noticeOf } from "../www/offline.js";
import { ageOf, inZone } from "../www/time.js";
import { speak } from "../www/words.js";

const NOW = new Date("2026-11-22T14:00:00Z");
const ago = (minutes) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const UP = { state: "up", round_trip_ms: 12, detail: null };
const AWAY = { state: "away", round_trip_ms: null, detail: null };
const REFUSED = { state: "refused", round_trip_ms: null, detail: null };

const standing = (database, changes = {}) => ({
  database,
  offline: {
    on: true,
    mode: database === UP ? "online" : "offline",
    since: database === UP ? null : ago(15),
    synced_at: ago(15),
    tickets: 1987,
    progress: null,
    unsent: 0,
    unsent_since: null,
    set_aside: 0,
    list: false,
    neighbours: { state: "off", gates: [] },
    fault: null,
    ...changes,
  },
});

beforeEach(() => {
  speak("en");
  inZone("Asia/Kolkata");
});

test("while the database answers there is no badge and no line", () => {
  assert.equal(badgeOf(standing(UP), NOW), "");
  assert.equal(noticeOf(standing(UP), NOW), null);
});

test("offline is said with its hour, and with what the gate knows and how old that is", () => {
  assert.equal(badgeOf(standing(AWAY), NOW), "OFFLINE since 19:15");
  assert.equal(badgeOf(standing(AWAY, { since: null }), NOW), "OFFLINE");
  const notice = noticeOf(standing(AWAY), NOW);
  assert.equal(notice.tone, "warn");
  assert.equal(notice.text, "No database. Go on scanning: this gate checks by itself. It knows 1,987 tickets, as of 19:15 (15 min ago).");
});

test("what decides the next verdict decides the badge, whatever the connection is doing", () => {
  assert.equal(badgeOf(standing(UP, { mode: "offline", since: ago(1) }), NOW), "OFFLINE since 19:29");
  assert.equal(badgeOf(standing(AWAY, { mode: "online" }), NOW), "");
});

test("a gate that cannot go on never says that it does", () => {
  for (const changes of [{ on: false }, { fault: "disk full" }]) {
    assert.equal(badgeOf(standing(AWAY, changes), NOW), "No database");
    assert.doesNotMatch(noticeOf(standing(AWAY, changes), NOW)?.text ?? "", /Go on/);
  }
  assert.equal(badgeOf(standing(REFUSED), NOW), "Database refuses this gate");
  assert.equal(noticeOf(standing(REFUSED), NOW), null);
});

test("a store that cannot be used is said before it is needed", () => {
  const notice = noticeOf(standing(UP, { fault: "disk full" }), NOW);
  assert.deepEqual([notice.tone, notice.detail], ["bad", "disk full"]);
  assert.match(notice.text, /could not check/);
  assert.match(noticeOf(standing(AWAY, { fault: "disk full" }), NOW).text, /^No database/);
});

test("the first sync is a bar, and no alarm", () => {
  const progress = { done: 43_000, total: 100_000 };
  const notice = noticeOf(standing(UP, { progress, synced_at: null }), NOW);
  assert.deepEqual([notice.tone, notice.part], ["plain", 0.43]);
  assert.match(notice.text, /43,000 of 1,00,000$/);
  assert.equal(noticeOf(standing(UP, { progress: { done: 0, total: 0 } }), NOW).part, 0);
});

test("offline before the first sync is over says what is missing", () => {
  const progress = { done: 43_000, total: 100_000 };
  assert.match(noticeOf(standing(AWAY, { progress, synced_at: null }), NOW).text, /43,000 of 1,00,000 are here\.$/);
  const nothing = { synced_at: null, tickets: null };
  assert.match(noticeOf(standing(AWAY, nothing), NOW).text, /no tickets yet: whoever has a genuine code is let in/);
});

test("an age is said in few words, and two clocks that differ make none of it", () => {
  const said = (minutes) => ageOf(ago(minutes), NOW);
  assert.deepEqual([said(-3), said(0.9), said(1), said(59.9)], ["just now", "just now", "1 min ago", "59 min ago"]);
  assert.deepEqual([said(60), said(200), said(60 * 48)], ["1 h 0 min ago", "3 h 20 min ago", "2 days ago"]);
});
