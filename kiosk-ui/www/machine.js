// @ts-check
// The window behaves like a machine at a door, not like a page: no menu
// on the right button, no selecting, no zoom, no reload.
import { isTextField } from "./dom.js";

const PAGE_KEYS = new Set(["+", "-", "=", "_", "0", "r", "p", "f", "g", "s", "u", "j", "o"]);
const PAGE_FUNCTION_KEYS = new Set(["F3", "F5", "F7"]);

export function beAMachine() {
  addEventListener("contextmenu", (event) => isTextField(event.target) || event.preventDefault());
  addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  addEventListener("gesturestart", (event) => event.preventDefault());
  addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && PAGE_KEYS.has(event.key.toLowerCase());
    if (command || PAGE_FUNCTION_KEYS.has(event.key)) event.preventDefault();
  });
}
