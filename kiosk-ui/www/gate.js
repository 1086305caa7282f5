// @ts-check
// The one door to the gate: commands out, news in.

/** @import { Commands, News } from "../protocol" */

const { invoke, Channel, convertFileSrc } = window.__TAURI__.core;

/** @typedef {{ [C in keyof Commands]: Parameters<Commands[C]>[0] }} Arguments */

/**
 * Rejects with `{ code, detail }`, see `CommandFault`.
 * @template {keyof Commands} C
 * @param {C} command
 * @param {Arguments[C]} [its]
 * @returns {Promise<ReturnType<Commands[C]>>}
 */
export const ask = (command, its) => invoke(command, /** @type {any} */ (its));

/** The gate's news, from now on. @param {(news: News) => void} told */
export function follow(told) {
  const channel = new Channel();
  channel.onmessage = (news) => told(/** @type {News} */ (news));
  return ask("follow", { channel });
}

/** Where the camera's newest picture is; the number keeps it out of any cache. @param {number} count */
export const pictureAddress = (count) => `${convertFileSrc("frame", "preview")}?n=${count}`;
