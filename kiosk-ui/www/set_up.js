// @ts-check
// The first start: the organiser's code, then this gate's own name, camera,
// sound and PIN.
import { cameraPicker, chosenCamera } from "./camera_picker.js";
import { showFault } from "./dialogs/dialog.js";
import { onlyDigits } from "./dialogs/pin.js";
import { byId, el, show, within, write } from "./dom.js";
import { ask } from "./gate.js";
import { play } from "./sound.js";
import { say, spoken } from "./words.js";

/** @import { Screen } from "../protocol" */
/** @import { Language } from "./words.js" */

const paste = /** @type {HTMLFormElement} */ (byId("paste"));
const finish = /** @type {HTMLFormElement} */ (byId("finish"));
const text = /** @type {HTMLTextAreaElement} */ (within(paste, "textarea"));
const faults = { code: byId("set-up-fault"), form: byId("finish-fault") };

/** @type {{ gate: HTMLInputElement, camera: HTMLSelectElement, pin: HTMLInputElement, again: HTMLInputElement, sound: HTMLInputElement }} */
const fields = /** @type {any} */ (finish.elements);

/** @param {(language: Language) => void} speakNow */
export function offerSetUp(speakNow) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button[data-language]"))) {
    button.addEventListener("click", () => speakNow(/** @type {Language} */ (button.dataset.language)));
  }
  for (const field of [fields.pin, fields.again]) onlyDigits(field);
  byId("finish-test").addEventListener("click", () => play("granted"));
  paste.addEventListener("submit", (event) => {
    event.preventDefault();
    presentCode(text.value.trim());
  });
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    void finished();
  });
}

/** @param {string} code */
export function presentCode(code) {
  show(faults.code, false);
  if (code) ask("present", { text: code, way: "scanner" }).catch((fault) => showFault(faults.code, fault));
}

/** @param {string} fault why what was shown is no set-up code */
export function showSetUpFault(fault) {
  write(faults.code, fault);
  show(faults.code, true);
}

/** The form is filled once: what is typed then is the operator's. @param {Screen} screen */
export function enterStage({ stage, gate, choices }) {
  show(faults.code, false);
  show(faults.form, false);
  text.value = "";
  if (stage !== "finish_set_up") return;
  finish.reset();
  fields.gate.value = gate ?? "";
  fields.sound.checked = choices.sound;
  void cameraPicker(fields.camera, choices.camera);
  fields.gate.focus();
}

/** @param {Screen} screen */
export function drawSetUp({ settings_fault, event }) {
  const box = byId("settings-fault");
  show(box, settings_fault !== null);
  const lines = (settings_fault ?? "").split("\n").filter((line) => line.trim() !== "");
  within(box, "ul").replaceChildren(...lines.map((line) => el("li", {}, line)));
  write(byId("finish-for"), event ? say("finish_for", { event: event.name }) : "");
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button[data-language]"))) {
    button.setAttribute("aria-pressed", String(button.dataset.language === spoken()));
  }
}

async function finished() {
  show(faults.form, false);
  if (fields.pin.value !== fields.again.value) {
    write(faults.form, say("pin_differs"));
    show(faults.form, true);
    return fields.again.focus();
  }
  try {
    await ask("finish_set_up", {
      gate: fields.gate.value.trim(),
      camera: chosenCamera(fields.camera),
      sound: fields.sound.checked,
      language: spoken(),
      pin: fields.pin.value,
    });
    fields.pin.value = fields.again.value = "";
  } catch (fault) {
    showFault(faults.form, fault);
  }
}
