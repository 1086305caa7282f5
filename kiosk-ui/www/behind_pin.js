// @ts-check
// What only the one with the PIN may do. Whether it is the right one, the gate
// says.
import { askPin } from "./dialogs/pin.js";
import { openSettings } from "./dialogs/settings.js";
import { ask } from "./gate.js";
import { toast } from "./toast.js";
import { sayFault } from "./words.js";

/** @import { Screen } from "../protocol" */
/** @import { Key, Values } from "./words.js" */

/**
 * @param {Screen} screen
 * @param {Key} title
 * @param {Values} values
 * @param {(pin: string) => Promise<unknown>} attempt
 */
export function behindPin({ choices }, title, values, attempt) {
  if (choices.has_pin) askPin(title, values, attempt);
  else attempt("").catch((fault) => toast(sayFault(fault)));
}

/** To choose nothing is how the gate is asked whether the PIN is right. @param {() => Screen | null} now */
export function openSettingsBehindPin(now) {
  const screen = now();
  if (!screen) return;
  behindPin(screen, "pin_to_settings", {}, async (pin) => {
    await ask("choose", { pin, choices: {}, new_pin: null });
    openSettings(now()?.choices ?? screen.choices, pin);
  });
}
