import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { inShort, kindOf, lookOf } from "../www/look.js";
import { inZone } from "../www/time.js";
import { speak } from "../www/words.js";

const AT = "2026-11-22T14:50:00Z";
const verdict = (changes) => ({
  scan_id: "s",
  at: AT,
  verdict: "ENTRY REJECTED",
  reason: "not_a_ticket",
  kind: "entry",
  way: "camera",
  first_name: null,
  phone: null,
  gate: "Gate A",
  mode: "online",
  unlisted: false,
  admitted_at: null,
  admitted_gate: null,
  clears_after_ms: null,
  ...changes,
});

beforeEach(() => {
  speak("en");
  inZone("Asia/Kolkata");
});

test("a granted entry says so and greets by name", () => {
  const look = lookOf(verdict({ verdict: "ENTRY GRANTED", reason: "granted", first_name: "Asha" }));
  assert.deepEqual([look.kind, look.title, look.name], ["granted", "ENTRY GRANTED", "Asha"]);
});

test("already inside says since when, in the event's time zone, and through which gate", () => {
  const inside = { reason: "already_inside", admitted_at: "2026-11-22T14:12:00Z", admitted_gate: "Gate B" };
  assert.equal(lookOf(verdict(inside)).sentence, "Already inside since 19:42, through Gate B");
  inZone("Europe/Lisbon");
  assert.equal(lookOf(verdict(inside)).sentence, "Already inside since 14:12, through Gate B");
  assert.equal(lookOf(verdict({ ...inside, admitted_gate: "Gate A" })).sentence, "Already inside since 14:12, through this gate");
  assert.equal(lookOf(verdict({ reason: "already_inside" })).sentence, "Already inside");
});

test("an entry on another day is said with its day", () => {
  const before = { reason: "already_inside", admitted_at: "2026-11-21T14:12:00Z", admitted_gate: "Gate B" };
  assert.match(lookOf(verdict(before)).sentence, /^Already inside since 21 Nov, 19:42, through Gate B$/);
});

test("midnight is 00, not 24", () => {
  const midnight = { reason: "already_inside", at: "2026-11-21T18:50:00Z", admitted_at: "2026-11-21T18:40:00Z", admitted_gate: "Gate B" };
  assert.match(lookOf(verdict(midnight)).sentence, /since 00:10,/);
});

test("only a granted entry looks like one", () => {
  for (const outcome of ["ENTRY GRANTED", "ENTRY REJECTED", "CANNOT CHECK", "SOMETHING NEW"]) {
    for (const reason of ["granted", "already_inside", "left", "undone", "database_unreachable", "something_new"]) {
      const granted = kindOf({ verdict: outcome, reason }) === "granted";
      assert.equal(granted, outcome === "ENTRY GRANTED" && reason !== "left", `${outcome} ${reason}`);
    }
  }
});

test("what is not known reads as not checked, and what is new is shown as it came", () => {
  assert.equal(lookOf(verdict({ verdict: "SOMETHING NEW" })).kind, "cannot");
  assert.equal(lookOf(verdict({ reason: "something_new" })).sentence, "something_new");
  assert.equal(inShort("something_new"), "something_new");
});

test("cannot check says what to do", () => {
  const look = lookOf(verdict({ verdict: "CANNOT CHECK", reason: "database_unreachable" }));
  assert.equal(look.title, "CANNOT CHECK");
  assert.match(look.advice, /^Ask the guest to wait/);
});

test("a genuine ticket that this gate does not know yet is let in, and that is said in a sentence", () => {
  const look = lookOf(verdict({ verdict: "ENTRY GRANTED", reason: "granted", first_name: "Asha", mode: "offline", unlisted: true }));
  assert.deepEqual([look.kind, look.title, look.name], ["granted", "ENTRY GRANTED", "Asha"]);
  assert.match(look.sentence, /^Genuine\./);
  assert.equal(lookOf(verdict({ verdict: "ENTRY GRANTED", reason: "granted", mode: "offline" })).sentence, "");
});

test("a scan that could not be written down is neither welcome nor refusal", () => {
  const look = lookOf(verdict({ verdict: "CANNOT CHECK", reason: "not_recorded", mode: "offline" }));
  assert.equal(look.kind, "cannot");
  assert.match(look.advice, /another gate/);
});

test("leaving is a goodbye, and a code refused at the exit is not called an entry", () => {
  const left = lookOf(verdict({ verdict: "ENTRY GRANTED", reason: "left", kind: "exit", first_name: "Asha" }));
  assert.deepEqual([left.kind, left.name], ["left", "Goodbye, Asha"]);
  assert.equal(lookOf(verdict({ reason: "not_inside", kind: "exit" })).title, "NOT INSIDE");
  assert.equal(lookOf(verdict({ reason: "forged", kind: "exit" })).title, "NOT VALID");
});

test("an entry taken back is neither welcome nor refusal", () => {
  assert.equal(lookOf(verdict({ reason: "undone", kind: "undo" })).kind, "undone");
});
