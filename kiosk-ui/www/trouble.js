// @ts-check
// What is the matter with the camera, and what to do about it.

/** @import { Camera } from "../protocol" */
/** @import { Key } from "./words.js" */

/** So long the gate tries by itself; then somebody has to pull the plug. */
const PATIENCE = 15_000;

/**
 * @param {Camera} camera
 * @param {number} waited milliseconds since it was last live
 * @param {string} platform the browser's own name for it
 * @returns {{ title: Key, remedy: Key } | null} null: the camera is live
 */
export function troubleOf({ state }, waited, platform) {
  switch (state) {
    case "live":
      return null;
    case "denied": {
      const group = platform.includes("Linux");
      return { title: "camera_denied", remedy: group ? "camera_denied_do" : "camera_denied_elsewhere_do" };
    }
    case "stalled":
      return { title: "camera_stalled", remedy: waited < PATIENCE ? "camera_stalled_do" : "camera_replug_do" };
    case "opening":
      return { title: "camera_opening", remedy: waited < PATIENCE ? "camera_opening_do" : "camera_replug_do" };
    default:
      return { title: `camera_${state}`, remedy: `camera_${state}_do` };
  }
}
