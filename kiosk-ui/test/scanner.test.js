import assert from "node:assert/strict";
import { test } from "node:test";

import { PAUSE, PAUSE_BEFORE_ENTER, PAUSE_BETWEEN_LINES, PAUSE_IN_OURS, Scanner } from "../www/scanner.js";

const TICKET = "ETS1:Asha Devi919876543210 2026-11-22:6BF+8O%$4:.Q/EZDXP7";
const SHIFTED = /[A-Z:+%$_"?]/;

/** Types a text as a scanner does, `each` milliseconds a key; returns the scans and the time it ended. */
function type(scanner, text, { from = 1000, each = 8, end = "Enter", capsLock = false, code } = {}) {
  const scans = [];
  let at = from;
  const hear = (heard) => heard.scan !== undefined && scans.push(heard.scan);
  for (const character of text) {
    const shift = SHIFTED.test(character);
    if (shift) hear(scanner.press({ key: "Shift", at, shift, capsLock }));
    const letter = character.toLowerCase() !== character.toUpperCase();
    const key = capsLock && letter ? swapped(character) : character;
    hear(scanner.press({ key: character === "\n" ? "Enter" : key, at, shift, capsLock, code: code?.(character) ?? "" }));
    at += each;
  }
  if (end) hear(scanner.press({ key: end, at }));
  else hear(scanner.silence(at - each + scanner.pause));
  return { scans, at };
}

const swapped = (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());
const scansOf = (text, how) => type(new Scanner(), text, how).scans;

test("what a scanner types and ends with Enter is one scan", () => {
  assert.deepEqual(scansOf(TICKET), [TICKET]);
});

test("a form that is filled in fast is no scan once somebody says where its fields end", () => {
  const filledIn = (atTheEnd) => {
    const scanner = new Scanner();
    let at = 1000;
    for (const field of ["North door", "471100", "471100"]) {
      for (const key of field) scanner.press({ key, at: (at += 8) });
      atTheEnd(scanner);
    }
    return scanner.silence(at + scanner.pause).scan;
  };
  assert.equal(filledIn(() => {}), "North door471100471100");
  assert.equal(filledIn((scanner) => scanner.forget()), undefined);
});

test("a scanner that ends with Tab is understood", () => {
  assert.deepEqual(scansOf(TICKET, { end: "Tab" }), [TICKET]);
});

test("slow scanners are understood up to 34 milliseconds a key", () => {
  assert.deepEqual(scansOf("https://example.org", { each: 34 }), ["https://example.org"]);
  assert.deepEqual(scansOf("https://example.org", { each: 36 }), []);
});

test("what begins like a ticket code was never typed: there a busy computer may be slow", () => {
  assert.deepEqual(scansOf(TICKET, { each: 75 }), [TICKET]);
});

test("a ticket code needs no Enter, only silence", () => {
  assert.deepEqual(scansOf(TICKET, { end: null }), [TICKET]);
  assert.deepEqual(scansOf("ETS1:A", { end: null }), ["ETS1:A"]);
});

test("of other texts only a long one needs no Enter", () => {
  assert.deepEqual(scansOf("https://example.org/x/12345", { end: null }), ["https://example.org/x/12345"]);
  assert.deepEqual(scansOf("4006381333931", { end: null }), []);
  assert.deepEqual(scansOf("4006381333931"), ["4006381333931"]);
});

test("silence shorter than the pause ends nothing", () => {
  const link = new Scanner();
  const ended = type(link, "https://example.org/x/12345", { end: "Shift" });
  assert.equal(link.silence(ended.at - 8 + PAUSE - 1).scan, undefined);
  assert.equal(link.silence(ended.at - 8 + PAUSE).scan, "https://example.org/x/12345");
});

test("half a ticket code is not taken for a whole one", () => {
  const scanner = new Scanner();
  const { at } = type(scanner, TICKET.slice(0, 30), { end: "Shift" });
  assert.equal(scanner.silence(at - 8 + PAUSE_IN_OURS - 1).scan, undefined);
  assert.deepEqual(type(scanner, TICKET.slice(30), { from: at }).scans, [TICKET]);
});

test("a scanner that ends with Enter is waited for, however busy the computer", () => {
  const scanner = new Scanner();
  const first = type(scanner, "ETS1:Ravi");
  const half = type(scanner, TICKET.slice(0, 30), { from: first.at + 3000, end: "Shift" });
  assert.equal(scanner.silence(half.at + PAUSE_BEFORE_ENTER - 100).scan, undefined);
  assert.deepEqual(type(scanner, TICKET.slice(30), { from: half.at + 3500 }).scans, [TICKET]);
});

test("less than six characters are no scan", () => {
  assert.deepEqual(scansOf("12345"), []);
  assert.deepEqual(scansOf("123456"), ["123456"]);
});

test("what a hand types is never a scan", () => {
  for (const each of [45, 60, 80, 120, 200]) assert.deepEqual(scansOf("Ramesh Kumar 9876", { each }), [], `${each} ms`);
});

test("two keys struck at once by a quick hand are no scan", () => {
  const scanner = new Scanner();
  let at = 0;
  const heard = [..."jonathan fernandes"].map((key, n) => scanner.press({ key, at: (at += n % 2 ? 12 : 95) }));
  heard.push(scanner.press({ key: "Enter", at: at + 90 }));
  assert.ok(heard.every(({ scan }) => scan === undefined));
  assert.equal(heard.at(-1)?.swallow, false, "the Enter of a hand keeps its meaning");
});

test("a key that is held down is no scan", () => {
  assert.deepEqual(scansOf("aaaaaaaaaaaaaaaaaaaaaaaa", { each: 33 }), []);
  const scanner = new Scanner();
  for (let at = 0; at < 900; at += 30) scanner.press({ key: "ab"[at % 60 && 1], at, repeat: true });
  assert.equal(scanner.press({ key: "Enter", at: 900 }).scan, undefined);
});

test("letters that a hand typed before do not stick to the scan", () => {
  const scanner = new Scanner();
  [0, 90, 180].forEach((at) => scanner.press({ key: "r", at }));
  assert.deepEqual(type(scanner, TICKET, { from: 180 + 70 }).scans, [TICKET]);
});

test("a stutter at the beginning does not cut the scan's head off", () => {
  for (const at of [1, 3, 5, 12]) {
    const scanner = new Scanner();
    type(scanner, TICKET.slice(0, at), { end: "Shift", from: 0, each: 10 });
    assert.deepEqual(type(scanner, TICKET.slice(at), { from: at * 10 + 340, each: 10 }).scans, [TICKET], `after ${at}`);
  }
});

test("a scan says when it began, so that what was typed before can stay", () => {
  const scanner = new Scanner();
  [0, 90, 180].forEach((at) => scanner.press({ key: "r", at }));
  [...TICKET].forEach((key, n) => scanner.press({ key, at: 260 + n * 5 }));
  assert.equal(scanner.press({ key: "Enter", at: 260 + TICKET.length * 5 }).began, 260);
});

test("a stutter in the middle does not break a scan", () => {
  const scanner = new Scanner();
  const { at } = type(scanner, TICKET.slice(0, 20), { end: "Shift" });
  assert.deepEqual(type(scanner, TICKET.slice(20), { from: at + 70 }).scans, [TICKET]);
});

test("the same text twice within a second is one scan", () => {
  const scanner = new Scanner();
  const first = type(scanner, TICKET, { each: 2 });
  const second = type(scanner, TICKET, { each: 2, from: first.at + 30 });
  const third = type(scanner, TICKET, { each: 2, from: second.at + 1500 });
  assert.deepEqual([first.scans, second.scans, third.scans], [[TICKET], [null], [TICKET]]);
});

test("another text within a second is another scan", () => {
  const scanner = new Scanner();
  const first = type(scanner, TICKET, { each: 2 });
  assert.deepEqual(type(scanner, "ETS1:Ravi", { each: 2, from: first.at + 30 }).scans, ["ETS1:Ravi"]);
});

test("two tickets right after each other are two scans", () => {
  const scanner = new Scanner();
  const { scans } = type(scanner, "ETS1:Asha\nETS1:Ravi", { each: 5 });
  assert.deepEqual(scans, ["ETS1:Asha", "ETS1:Ravi"]);
});

test("Caps Lock does not turn the letters about", () => {
  assert.deepEqual(scansOf(TICKET, { capsLock: true }), [TICKET]);
});

test("without Num Lock the number block's digits are still digits", () => {
  const scanner = new Scanner();
  const names = { 1: "End", 2: "ArrowDown", 3: "PageDown", 4: "ArrowLeft", 5: "Clear", 6: "ArrowRight" };
  Object.entries(names).forEach(([digit, key], n) => scanner.press({ key, code: `Numpad${digit}`, at: n * 10 }));
  assert.equal(scanner.press({ key: "Enter", at: 60 }).scan, "123456");
});

test("a command is no character", () => {
  const scanner = new Scanner();
  [..."ETS1:As"].forEach((key, n) => scanner.press({ key, at: n * 10 }));
  scanner.press({ key: "v", at: 75, command: true });
  assert.equal(scanner.press({ key: "Enter", at: 80 }).scan, undefined);
});

test("an arrow or Escape ends what was begun", () => {
  for (const key of ["ArrowLeft", "Escape", "Backspace", "F5"]) {
    const scanner = new Scanner();
    [..."ETS1:Ash"].forEach((character, n) => scanner.press({ key: character, at: n * 10 }));
    scanner.press({ key, at: 85 });
    assert.equal(scanner.press({ key: "Enter", at: 90 }).scan, undefined, key);
  }
});

test("from the second key on a scanner's keys are to be swallowed, a hand's never", () => {
  const scanner = new Scanner();
  const swallowed = [..."s ETS1"].map((key, n) => scanner.press({ key, at: n * 10 }).swallow);
  assert.deepEqual(swallowed, [false, true, true, true, true, true]);
  const hand = new Scanner();
  assert.ok([..."s e t"].every((key, n) => !hand.press({ key, at: n * 70 }).swallow));
});

test("a ticket code is kept out even of a text field as soon as it shows itself", () => {
  const scanner = new Scanner();
  const certain = [..."rETS1:As"].map((key, n) => Boolean(scanner.press({ key, at: n * 150 }).certain));
  assert.deepEqual(certain, [false, false, false, false, false, false, true, true]);
});

test("its Enter is swallowed, and that of the double output, too", () => {
  const scanner = new Scanner();
  for (const from of [0, 300]) {
    [..."ETS1:Asha"].forEach((key, n) => scanner.press({ key, at: from + n * 5 }));
    assert.equal(scanner.press({ key: "Enter", at: from + 50 }).swallow, true);
  }
});

test("Enter alone, or long after, is a hand's", () => {
  const scanner = new Scanner();
  assert.deepEqual(scanner.press({ key: "Enter", at: 0 }), { swallow: false });
  const { at } = type(scanner, "4006381333931", { end: "Shift" });
  assert.deepEqual(scanner.press({ key: "Enter", at: at + 500 }), { swallow: false });
});

test("a scan may begin after a gap, where the focused field is remembered", () => {
  const scanner = new Scanner();
  assert.equal(scanner.mayBegin(0), true);
  scanner.press({ key: "E", at: 0 });
  assert.equal(scanner.mayBegin(20), false);
  assert.equal(scanner.mayBegin(80), true);
});

test("while setting up a text has many lines and ends with a silence", () => {
  const code = 'gate = "Gate A"\ndatabase_url = "mysql://gate_1:secret@db.example.org/event"\npublic_keys = ["AbC+/="]\n';
  const scanner = new Scanner();
  scanner.manyLines(true);
  const { scans, at } = type(scanner, code, { end: "Shift" });
  assert.deepEqual(scans, []);
  assert.equal(scanner.silence(at + PAUSE_BETWEEN_LINES).scan, code.trim());
});

test("what a hand types while setting up is left alone", () => {
  const scanner = new Scanner();
  scanner.manyLines(true);
  const { scans, at } = type(scanner, "gate = 1\nname = 2\n", { each: 110, end: "Shift" });
  assert.deepEqual(scans, []);
  assert.equal(scanner.silence(at + PAUSE_BETWEEN_LINES).scan, undefined);
});
