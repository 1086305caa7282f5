import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import en from "../www/words/en.js";
import hi from "../www/words/hi.js";
import { say, sayFault, speak } from "../www/words.js";

const www = fileURLToPath(new URL("../www/", import.meta.url));
const places = (sentence) => (sentence.match(/\{\w+\}/g) ?? []).sort();

test("both languages say the same things", () => {
  assert.deepEqual(Object.keys(hi), Object.keys(en));
});

test("a sentence has the same places in both languages", () => {
  for (const key of Object.keys(en)) assert.deepEqual(places(hi[key]), places(en[key]), key);
});

test("nothing is left unsaid, and Hindi is in its own letters", () => {
  const symbols = new Set(["locale", "milliseconds", "camera_rate"]);
  for (const key of Object.keys(en)) {
    assert.notEqual(en[key].trim(), "", key);
    if (!symbols.has(key)) assert.match(hi[key], /[\u0900-\u097f]/, key);
  }
});

test("the titles of the verdicts cannot be taken for one another", () => {
  for (const words of [en, hi]) {
    const titles = [words.granted, words.rejected, words.cannot_check, words.left, words.undone, words.not_inside];
    assert.equal(new Set(titles).size, titles.length);
    assert.ok(titles.slice(1).every((title) => !title.includes(words.granted)));
  }
});

test("every word is used, and every word that is used exists", () => {
  const sources = readdirSync(www, { recursive: true })
    .filter((name) => /\.(js|html)$/.test(name) && !name.includes("words"))
    .map((name) => readFileSync(join(www, name), "utf8"))
    .join("\n");
  const built = /^(fault|camera|database|way)_|_(say|do|short)$/;
  const unused = Object.keys(en).filter((key) => !built.test(key) && key !== "locale" && !sources.includes(`"${key}"`));
  assert.deepEqual(unused, []);
  const asked = [...sources.matchAll(/data-say(?:-label)?"?[=:] ?"(\w+)"/g)].map(([, key]) => key);
  assert.ok(asked.length > 40);
  assert.deepEqual(asked.filter((key) => !(key in en)), []);
});

test("every fault a command can give has its sentence", () => {
  const contract = readFileSync(join(www, "../protocol.d.ts"), "utf8");
  const comment = contract.slice(contract.lastIndexOf("/**"));
  const codes = [...comment.matchAll(/`(\w+)`/g)].map(([, code]) => code);
  assert.ok(codes.length > 10);
  for (const code of codes) assert.ok(`fault_${code}` in en, code);
});

test("every reason has its words: in full, and in a list", () => {
  const contract = readFileSync(join(www, "../protocol.d.ts"), "utf8");
  const reasons = [.../export type Reason =([^;]+);/.exec(contract)[1].matchAll(/"(\w+)"/g)].map(([, reason]) => reason);
  assert.equal(reasons.length, 13);
  for (const reason of reasons) {
    assert.ok(`${reason}_short` in en, reason);
    if (!["granted", "left"].includes(reason)) assert.ok(`${reason}_say` in en, reason);
  }
});

test("every state of the camera has its title and its remedy", () => {
  const contract = readFileSync(join(www, "../protocol.d.ts"), "utf8");
  const states = [.../interface Camera \{\s*state: ([^;]+);/.exec(contract)[1].matchAll(/"(\w+)"/g)].map(([, state]) => state);
  for (const state of states.filter((state) => state !== "live")) {
    assert.ok(`camera_${state}` in en && `camera_${state}_do` in en, state);
  }
});

test("a fault is said with its detail; an unknown one as it came", () => {
  speak("en");
  assert.equal(sayFault({ code: "wrong_pin", detail: "3" }), "Wrong PIN. Tries left: 3");
  assert.equal(sayFault({ code: "new_thing", detail: "why" }), "That did not work: new_thing why");
  assert.equal(sayFault("command undo not allowed by ACL"), "That did not work: command undo not allowed by ACL");
});

test("the language changes at once", () => {
  speak("en");
  assert.equal(say("goodbye", { name: "Asha" }), "Goodbye, Asha");
  assert.equal(speak("hi"), true);
  assert.equal(say("granted"), "अंदर आइए");
  assert.equal(speak("hi"), false);
  speak("en");
});
