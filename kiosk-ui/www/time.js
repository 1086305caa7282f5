// @ts-check
// Instants in words: always in the event's time zone, whatever the laptop's.
import { locale, number, say } from "./words.js";

let zone = "Asia/Kolkata";

/** @type {Map<string, Intl.DateTimeFormat>} */
const made = new Map();

/** @param {string | undefined} timeZone */
export function inZone(timeZone) {
  if (timeZone) zone = timeZone;
}

export const zoneShown = () => zone;

/** Making a format costs more than using it. @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = `${locale()} ${zone} ${JSON.stringify(options)}`;
  let found = made.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });
    made.set(key, found);
  }
  return found;
}

const CLOCK = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = /** @type {const} */ ({ day: "numeric", month: "short" });

/** 19:42 @param {string | Date} at */
export const clock = (at) => format(CLOCK).format(new Date(at));

/** 19:42:07 @param {string | Date} at */
export const clockExact = (at) => format({ ...CLOCK, second: "2-digit" }).format(new Date(at));

/** 19:42, or with the day when it is not that of `now`. @param {string} at @param {string | Date} now */
export function since(at, now) {
  const day = (/** @type {string | Date} */ when) => format({ ...DAY, year: "numeric" }).format(new Date(when));
  return day(at) === day(now) ? clock(at) : `${format(DAY).format(new Date(at))}, ${clock(at)}`;
}

/** How long ago, in few words. @param {string} at @param {Date} now */
export function ageOf(at, now) {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  // Less than nothing: two clocks that differ a little.
  if (minutes < 1) return say("age_now");
  if (minutes < 60) return say("age_minutes", { count: number(minutes) });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("age_hours", { hours: number(hours), minutes: number(minutes % 60) });
  return say("age_days", { count: number(Math.floor(hours / 24)) });
}

/** 22 Nov 2026, of a plain date, which has no zone. @param {string} date */
export function plainDate(date) {
  const options = /** @type {const} */ ({ ...DAY, year: "numeric", timeZone: "UTC" });
  return new Intl.DateTimeFormat(locale(), options).format(new Date(`${date}T00:00:00Z`));
}
