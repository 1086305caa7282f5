// @ts-check
// The settings, behind the PIN. Each choice is kept as soon as it is made.
import { cameraPicker, chosenCamera } from "../camera_picker.js";
import { el, translate } from "../dom.js";
import { ask } from "../gate.js";
import { play } from "../sound.js";
import { toast } from "../toast.js";
import { say } from "../words.js";
import { button, open, showFault } from "./dialog.js";
import { pinField } from "./pin.js";
import { endWith } from "./unsent.js";

/** @import { Choices } from "../../protocol" */
/** @import { Key } from "../words.js" */
/** @import { Opened } from "./dialog.js" */
/** @import { End } from "./unsent.js" */

/** @param {Choices} choices @param {string} pin the one that opened them */
export function openSettings(choices, pin) {
  new Settings(choices, pin);
}

class Settings {
  #pin;
  /** @type {Opened} */
  #opened;

  /** @param {Choices} choices @param {string} pin */
  constructor(choices, pin) {
    this.#pin = pin;
    this.#opened = open("settings", "settings");
    this.#opened.body.append(
      el("div", { class: "column" }, this.#language(choices), this.#sound(choices), this.#camera(choices), this.#mirror(choices)),
      el("div", { class: "column" }, this.#neighbours(choices), this.#autostart(choices), this.#newPin(), this.#ends()),
    );
    translate(this.#opened.dialog);
    /** @type {HTMLElement | null} */ (this.#opened.body.querySelector("input:checked"))?.focus();
  }

  /** @param {Partial<Omit<Choices, "has_pin">>} choices @param {string | null} [newPin] */
  async #keep(choices, newPin = null) {
    try {
      await ask("choose", { pin: this.#pin, choices, new_pin: newPin });
      showFault(this.#opened.fault, null);
      return true;
    } catch (fault) {
      showFault(this.#opened.fault, fault);
      return false;
    }
  }

  /** @param {Choices} choices */
  #language({ language }) {
    const one = (/** @type {"en" | "hi"} */ code, /** @type {string} */ name) => {
      const radio = el("input", { type: "radio", name: "language", checked: code === language });
      radio.addEventListener("change", () => void this.#keep({ language: code }));
      return el("label", { class: "choice", lang: code }, radio, el("span", {}, name));
    };
    return el("fieldset", {}, el("legend", { "data-say": "language" }), one("en", "English"), one("hi", "हिन्दी"));
  }

  /** @param {Choices} choices */
  #sound({ sound }) {
    const test = button("sound_test", "", () => play("granted"));
    return el("div", { class: "row" }, this.#switch("sound", sound, (on) => ({ sound: on })), test);
  }

  /** @param {Choices} choices */
  #mirror({ mirror }) {
    return this.#switch("mirror", mirror, (on) => ({ mirror: on }), "mirror_hint");
  }

  /** @param {Choices} choices */
  #autostart({ autostart }) {
    return this.#switch("autostart", autostart, (on) => ({ autostart: on }));
  }

  /** @param {Choices} choices */
  #neighbours({ neighbours }) {
    return this.#switch("neighbours", neighbours, (on) => ({ neighbours: on }), "neighbours_hint");
  }

  /** @param {Choices} choices */
  #camera({ camera }) {
    const picker = el("select");
    void cameraPicker(picker, camera);
    picker.addEventListener("change", () => void this.#keep({ camera: chosenCamera(picker) }));
    return el("label", { class: "fields" }, el("span", { "data-say": "camera" }), picker);
  }

  /** @param {Key} key @param {boolean} on @param {(on: boolean) => Partial<Choices>} meaning @param {Key} [hint] */
  #switch(key, on, meaning, hint) {
    const box = el("input", { type: "checkbox", role: "switch", checked: on });
    box.addEventListener("change", async () => {
      if (!(await this.#keep(meaning(box.checked)))) box.checked = !box.checked;
    });
    const words = el("span", {}, el("span", { "data-say": key }));
    if (hint) words.append(el("small", { "data-say": hint }));
    return el("label", { class: "switch" }, box, words);
  }

  #newPin() {
    const attributes = { inputmode: "numeric", autofocus: "" };
    const [first, again] = [pinField(attributes), pinField(attributes)];
    for (const field of [first, again]) field.removeAttribute("autofocus");
    first.dataset.sayLabel = "new_pin";
    again.dataset.sayLabel = "new_pin_again";
    const form = el(
      "form",
      { class: "fields new-pin", novalidate: true },
      el("label", {}, el("span", { "data-say": "new_pin" }), first),
      el("label", {}, el("span", { "data-say": "new_pin_again" }), again),
      el("small", { "data-say": "pin_rule" }),
      button("pin_change", ""),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (first.value !== again.value) return this.#say(say("pin_differs"));
      if (!(await this.#keep({}, first.value))) return;
      this.#pin = first.value;
      form.reset();
      toast(say("pin_changed"));
    });
    return form;
  }

  #ends() {
    const { fault } = this.#opened;
    const act = (/** @type {End} */ end) => () =>
      void endWith(end, this.#pin).catch((refused) => showFault(fault, refused));
    const again = button("set_up_again", "", () => again.replaceWith(sure));
    const sure = el(
      "div",
      { class: "sure" },
      el("p", { "data-say": "set_up_again_sure" }),
      button("yes_set_up", "grave", act("set_up_again")),
      button("back", "", () => sure.replaceWith(again)),
    );
    translate(sure);
    return el("div", { class: "ends" }, again, button("leave", "", act("leave")));
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#opened.fault.textContent = sentence;
    this.#opened.fault.hidden = false;
  }
}
