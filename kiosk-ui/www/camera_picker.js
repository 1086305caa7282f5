// @ts-check
// A list of the cameras there are, and of the one that was chosen.
import { el } from "./dom.js";
import { ask } from "./gate.js";
import { say } from "./words.js";

/** @import { CameraId, CameraInfo } from "../protocol" */

/**
 * Fills the list; a camera that was chosen and is not there stays in it.
 * @param {HTMLSelectElement} picker
 * @param {CameraId | null} chosen
 */
export async function cameraPicker(picker, chosen) {
  const there = await ask("cameras").catch(() => /** @type {CameraInfo[]} */ ([]));
  const options = [option(null, say("camera_any")), ...there.map((camera) => option(camera, nameOf(camera)))];
  if (chosen && !there.some((camera) => sameCamera(camera, chosen))) {
    options.push(option(chosen, say("camera_unplugged", { name: chosen.name })));
  }
  picker.replaceChildren(...options);
  picker.value = valueOf(chosen);
}

/** @param {HTMLSelectElement} picker @returns {CameraId | null} null: whichever is there */
export const chosenCamera = (picker) => JSON.parse(picker.value || "null");

/** @param {CameraInfo} camera */
const nameOf = ({ name, usable }) => (usable ? name : say("camera_unusable", { name }));

/** @param {CameraId} one @param {CameraId} other */
const sameCamera = (one, other) => one.name === other.name && one.bus === other.bus;

/** @param {CameraId | null} camera */
const valueOf = (camera) => JSON.stringify(camera && { name: camera.name, bus: camera.bus });

/** @param {CameraId | null} camera @param {string} name */
const option = (camera, name) => el("option", { value: valueOf(camera) }, name);
