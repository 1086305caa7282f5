// The pretended gate: it puts the page into the state that the address asks
// for, and answers its commands well enough to play with.
import { CORNERS, FRAME } from "./frame.js";
import { base, found, states, verdictOf } from "./states.js";

const wanted = new URLSearchParams(location.search);
const state = states[wanted.get("state") ?? "ready"] ?? {};
let screen = merged(merged(base(), state.screen ?? {}), { choices: { language: wanted.get("language") ?? "en" } });

class Channel {
  onmessage = (_news) => {};
}
/** @type {Channel | null} */
let channel = null;
/** What was asked, for whoever tests by hand. */
const asked = (window.asked = []);

const tell = (news) => channel?.onmessage(news);
const show = (changes) => tell({ kind: "screen", screen: (screen = merged(screen, changes)) });
const needsPin = (pin) => {
  if (screen.choices.has_pin && pin !== "1234") throw { code: "wrong_pin", detail: "4" };
};

function ends({ pin, unsent_ok }) {
  needsPin(pin);
  if (screen.offline.unsent > 0 && !unsent_ok) throw { code: "unsent_scans", detail: String(screen.offline.unsent) };
  show({ stage: "set_up" });
}
const foundBy = (query) =>
  found.filter(({ first_name, phone }) => first_name.toLowerCase().includes(query.toLowerCase()) || phone.endsWith(query));

let count = 0;
function give(verdict) {
  const given = { ...verdict, scan_id: `scan-${(count += 1)}` };
  tell({ kind: "verdict", verdict: given });
  show({ recent: [given, ...screen.recent].slice(0, 20) });
}

const commands = {
  follow({ channel: given }) {
    channel = given;
    show({});
    begin();
  },
  present({ text, way }) {
    if (screen.stage === "set_up") {
      if (text.includes("database_url")) return show({ stage: "finish_set_up" });
      return tell({ kind: "set_up_fault", fault: "This is not a set-up code. It has no database_url." });
    }
    const exit = screen.direction === "exit";
    const name = exit ? "left" : text.startsWith("ETS1:") ? "granted" : "not_a_ticket";
    give(verdictOf(name, { way, mode: screen.offline.mode, ...(name === "not_a_ticket" ? { first_name: null } : {}) }));
  },
  async read_picture(bytes) {
    if (bytes.byteLength < 100) throw { code: "no_code", detail: "" };
    give(verdictOf("granted", { way: "picture" }));
  },
  search({ query }) {
    if (screen.offline.mode === "offline" && !screen.offline.list) throw { code: "offline_no_list", detail: "" };
    return foundBy(query);
  },
  admit_by_hand: () => give(verdictOf("granted", { way: "hand" })),
  set_direction: ({ direction }) => show({ direction }),
  undo({ pin }) {
    needsPin(pin);
    show({ undo: null });
    give(verdictOf("undone", {}));
  },
  cameras: () => [
    { name: "Integrated Webcam", bus: "usb-1", usable: true },
    { name: "Logitech C920", bus: "usb-2", usable: true },
    { name: "Infrared sensor", bus: "usb-3", usable: false },
  ],
  finish_set_up: ({ gate }) => show({ stage: "gate", gate }),
  choose({ pin, choices }) {
    needsPin(pin);
    show({ choices });
  },
  set_up_again: ends,
  leave: ends,
  painted: () => null,
};

/** Into the state: news first, then the keys that an operator would press. */
function begin() {
  if (state.verdict) setTimeout(() => give(state.verdict), 400);
  if (state.news) setTimeout(() => tell(state.news), 400);
  if (state.outline) setInterval(() => tell({ kind: "outline", corners: CORNERS, ...FRAME }), 150);
  state.keys?.forEach((step, at) => setTimeout(() => press(step), 600 + at * 350));
}

/** A key; or {type: text} into the field with the focus; or {click: selector}. */
function press(step) {
  if (typeof step === "string") {
    const target = document.activeElement ?? document.body;
    return target.dispatchEvent(new KeyboardEvent("keydown", { key: step, bubbles: true, cancelable: true }));
  }
  if (step.click) return document.querySelector(step.click).click();
  const field = document.activeElement;
  field.value = step.type;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return undefined;
}

function merged(whole, changes) {
  const plain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const made = { ...whole };
  for (const [key, value] of Object.entries(changes)) {
    made[key] = plain(value) && plain(whole[key]) ? merged(whole[key], value) : value;
  }
  return made;
}

window.__TAURI__ = {
  core: {
    Channel,
    convertFileSrc: (path) => `/${path}`,
    async invoke(command, its) {
      asked.push([command, its instanceof ArrayBuffer ? its.byteLength : its]);
      return structuredClone((await commands[command](its)) ?? null);
    },
  },
};
