// @ts-check
// A short word at the edge that needs no answer.
import { byId, show, write } from "./dom.js";

const LASTS = 4500;
const place = byId("toast");
/** @type {number | undefined} */
let timer;

/** @param {string} sentence */
export function toast(sentence) {
  write(place, sentence);
  show(place, true);
  clearTimeout(timer);
  timer = setTimeout(() => show(place, false), LASTS);
}
