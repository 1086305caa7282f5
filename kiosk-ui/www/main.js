// @ts-check
// The window, wired up: news of the gate go to what draws them, and what the
// operator does goes to the gate. Nothing is decided here.
//
// To read on: gate.js (the door to the gate), verdict.js and look.js (what a
// verdict looks like), view.js and preview.js (the camera), keyboard.js and
// scanner.js (who is typing), panel.js and its neighbours (the rest).
import { behindPin, openSettingsBehindPin } from "./behind_pin.js";
import { drawArrivals } from "./chart.js";
import { closeAll, isOpen } from "./dialogs/dialog.js";
import { openConflicts } from "./dialogs/conflicts.js";
import { openKeys } from "./dialogs/keys.js";
import { openSearch } from "./dialogs/search.js";
import { endWith } from "./dialogs/unsent.js";
import { byId, translate } from "./dom.js";
import { ask, follow } from "./gate.js";
import { drawHealth } from "./health.js";
import { listen } from "./keyboard.js";
import { kindOf } from "./look.js";
import { beAMachine } from "./machine.js";
import { drawOffline } from "./offline.js";
import { areOld, drawBar, drawConflicts, drawCounts, drawDirection, drawNow, drawPrompt, drawUndo, offerDirection } from "./panel.js";
import { takePictures } from "./pictures.js";
import { Preview } from "./preview.js";
import { drawRecent } from "./recent.js";
import { drawSetUp, enterStage, offerSetUp, presentCode, showSetUpFault } from "./set_up.js";
import { allowSound, play } from "./sound.js";
import { inZone } from "./time.js";
import { toast } from "./toast.js";
import { Verdict } from "./verdict.js";
import { View } from "./view.js";
import { say, sayFault, speak, spoken } from "./words.js";

/** @import { Direction, News, Screen, ShownVerdict } from "../protocol" */
/** @import { Language } from "./words.js" */

const views = {
  gate: new View(byId("gate-view")),
  setUp: new View(byId("set-up-view")),
  verdict: new View(byId("verdict-view")),
};
const preview = new Preview();
const verdict = new Verdict(aim);

/** @type {Screen | null} */
let screen = null;
/** Chosen while setting up; the gate hears of it at the end. @type {Language | null} */
let languageBefore = null;
let lastLive = performance.now();
let drawWanted = false;
let painting = false;

/** @param {News} news */
function told(news) {
  switch (news.kind) {
    case "screen":
      screen = news.screen;
      return drawSoon();
    case "checking":
      return verdict.checking();
    case "verdict":
      return void shown(news.verdict);
    case "outline":
      return currentView().outline(news);
    case "set_up_fault":
      return showSetUpFault(news.fault);
  }
}

/** Everything else waits until the verdict is on the screen. @param {ShownVerdict} its */
async function shown(its) {
  painting = true;
  const painted = verdict.draw(its);
  closeAll();
  if (screen?.choices.sound ?? true) play(kindOf(its));
  await painted;
  void ask("painted", { scan_id: its.scan_id }).catch(() => {});
  painting = false;
  if (drawWanted) draw();
}

function drawSoon() {
  if (drawWanted) return;
  drawWanted = true;
  requestAnimationFrame(() => painting || draw());
}

function draw() {
  drawWanted = false;
  if (!screen) return;
  const { stage, choices, event } = screen;
  inZone(event?.time_zone);
  useLanguage(stage === "gate" ? choices.language : (languageBefore ?? choices.language));
  if (document.documentElement.dataset.stage !== stage) enter(screen);
  if (stage === "gate") drawGate(screen);
  else drawSetUp(screen);
  drawCamera();
}

/** @param {Screen} now */
function enter(now) {
  document.documentElement.dataset.stage = now.stage;
  if (now.stage === "gate") languageBefore = null;
  closeAll();
  verdict.dismiss();
  enterStage(now);
  aim();
}

/** @param {Screen} now */
function drawGate(now) {
  const at = new Date();
  drawBar({ gate: now.gate, event: now.event });
  drawOffline(now, at);
  drawDirection(now.direction);
  drawPrompt({ live: now.camera.state === "live", direction: now.direction });
  drawCounts({ counts: now.counts, old: areOld(now.counts) });
  drawConflicts(now.conflicts.count);
  drawArrivals(now.arrivals);
  drawRecent(now.recent);
  drawUndo(now.undo);
  drawHealth(now, at);
  drawNow();
}

function drawCamera() {
  if (!screen) return;
  const { camera, choices } = screen;
  const live = camera.state === "live";
  if (live) lastLive = performance.now();
  preview.live = live;
  for (const view of Object.values(views)) view.draw(camera, performance.now() - lastLive, choices.mirror);
}

const stageView = () => (screen?.stage === "gate" ? views.gate : views.setUp);
const currentView = () => (verdict.isUp ? views.verdict : stageView());

function aim() {
  preview.into(currentView());
}

/** @param {Language} language */
function useLanguage(language) {
  if (!speak(language)) return;
  document.documentElement.lang = spoken();
  translate(document);
  verdict.redraw();
}

/** @param {Direction} direction */
function turn(direction) {
  ask("set_direction", { direction }).catch((fault) => toast(sayFault(fault)));
}

function takeBack() {
  const undo = screen?.undo;
  if (!screen || !undo) return toast(say("fault_nothing_to_undo"));
  const name = undo.first_name ?? say("somebody");
  behindPin(screen, "pin_to_undo", { name }, (pin) => ask("undo", { pin }));
}

/** From the set-up; at the gate it is one of the settings. @param {Screen} now */
function leave(now) {
  const attempt = (/** @type {string} */ pin) => endWith("leave", pin);
  if (now.windowed) attempt("").catch((fault) => toast(sayFault(fault)));
  else behindPin(now, "pin_to_leave", {}, attempt);
}

const actions = {
  find: () => screen && openSearch(screen.direction),
  undo: takeBack,
  settings: () => screen && openSettingsBehindPin(() => screen),
  conflicts: () => screen && openConflicts(screen),
  keys: openKeys,
  direction: () => turn(screen?.direction === "exit" ? "entry" : "exit"),
};

/** @type {Record<string, keyof typeof actions>} */
const SHORTCUTS = { f: "find", "/": "find", u: "undo", s: "settings", c: "conflicts", d: "direction", x: "direction", "?": "keys" };
const DISMISSING = new Set(["Escape", " ", "Enter"]);

/** What a key means now, if anything. @param {string} key */
function meaning(key) {
  if (verdict.isUp && DISMISSING.has(key)) return () => verdict.dismiss();
  const action = SHORTCUTS[key.toLowerCase()];
  if (!action || screen?.stage !== "gate" || isOpen()) return undefined;
  return () => {
    verdict.dismiss();
    actions[action]();
  };
}

/** @param {string} text */
function scanned(text) {
  if (screen?.stage !== "gate") return presentCode(text);
  ask("present", { text, way: "scanner" }).catch((fault) => toast(sayFault(fault)));
}

for (const name of /** @type {const} */ (["find", "undo", "settings", "conflicts", "keys"])) {
  byId(name).addEventListener("click", () => actions[name]());
}
byId("leave").addEventListener("click", () => screen && leave(screen));
offerDirection(turn);
offerSetUp((language) => {
  languageBefore = language;
  draw();
});
listen({
  scanned,
  shortcut: (key) => meaning(key) !== undefined,
  act: (key) => meaning(key)?.(),
  manyLines: () => screen?.stage === "set_up",
});
takePictures(scanned);
allowSound();
beAMachine();
document.documentElement.lang = spoken();
translate(document);
// What is said with its age grows old by itself.
setInterval(() => (screen?.stage === "gate" ? drawSoon() : drawCamera()), 1000);
await follow(told);
