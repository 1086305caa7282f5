// Every state that the page can be in, by name.

const now = Date.now();
const ago = (minutes) => new Date(now - minutes * 60_000).toISOString();

const NAMES = ["Asha", "Rohan", "Meera", null, "Imran", "Kavya", "Joseph", "Ananya", "Vikram", "Fatima", "देविका", "Arjun"];
const KINDS = [
  ["ENTRY GRANTED", "granted"], ["ENTRY GRANTED", "granted"], ["ENTRY REJECTED", "already_inside"], ["ENTRY REJECTED", "not_a_ticket"],
  ["ENTRY GRANTED", "granted"], ["CANNOT CHECK", "database_unreachable"], ["ENTRY GRANTED", "granted"], ["ENTRY GRANTED", "left"],
  ["ENTRY GRANTED", "granted"], ["ENTRY REJECTED", "undone"], ["ENTRY GRANTED", "granted"], ["ENTRY GRANTED", "granted"],
];

const recent = KINDS.map(([verdict, reason], at) => ({
  scan_id: `past-${at}`,
  at: ago(1 + at * 0.4),
  verdict,
  reason,
  kind: reason === "left" ? "exit" : reason === "undone" ? "undo" : "entry",
  way: ["camera", "camera", "scanner", "camera", "hand", "camera", "picture"][at % 7],
  first_name: NAMES[at],
  phone: NAMES[at] && `••••• ••${String(3210 + at * 37)}`,
}));

export const base = () => ({
  stage: "gate",
  settings_fault: null,
  gate: "Gate A",
  event: { name: "Diwali Night", venue: "Town Hall, Bengaluru", starts_at: ago(-40), time_zone: "Asia/Kolkata" },
  direction: "entry",
  windowed: false,
  camera: { state: "live", name: "Logitech C920", bus: "usb-2", width: 1280, height: 720, frames_per_second: 30, detail: null },
  database: { state: "up", round_trip_ms: 11.6, detail: null },
  clock: { difference_ms: 120, warn: false },
  counts: { inside: 1204, admitted: 1311, expected: 2000, at: ago(0) },
  arrivals: {
    slot_minutes: 5,
    starts_at: ago(130),
    counts: [2, 5, 4, 9, 14, 12, 21, 30, 28, 41, 55, 48, 66, 72, 84, 79, 91, 103, 96, 120, 88, 101, 76, 54, 22, 10],
  },
  recent,
  undo: { first_name: "Asha", at: ago(1) },
  unwritten: 0,
  last_scan_ms: 84,
  choices: { language: "en", sound: true, mirror: false, camera: null, has_pin: true, autostart: true },
  version: "0.1.0",
});

const OUTCOME = { granted: "ENTRY GRANTED", left: "ENTRY GRANTED", database_unreachable: "CANNOT CHECK", gate_refused: "CANNOT CHECK" };

/** A verdict for this reason. */
export const verdictOf = (reason, changes) => ({
  scan_id: "scan",
  at: new Date(now).toISOString(),
  verdict: OUTCOME[reason] ?? "ENTRY REJECTED",
  reason,
  kind: ["left", "not_inside"].includes(reason) ? "exit" : reason === "undone" ? "undo" : "entry",
  way: "camera",
  first_name: "Asha",
  phone: "••••• ••3210",
  gate: "Gate A",
  mode: "online",
  admitted_at: reason === "already_inside" ? ago(38) : null,
  admitted_gate: reason === "already_inside" ? "Gate B" : null,
  clears_after_ms: ["granted", "left"].includes(reason) ? 60_000 : null,
  ...changes,
});

export const found = [
  { unique_id: "a", first_name: "Asha", phone: "••••• ••3210", reg_date: "2026-11-02", inside: false, revoked: false, admitted_at: null, admitted_gate: null },
  { unique_id: "b", first_name: "Ashwin Kumar", phone: "••••• ••9911", reg_date: "2026-11-14", inside: true, revoked: false, admitted_at: ago(38), admitted_gate: "Gate B" },
  { unique_id: "c", first_name: "Natasha", phone: "••••• ••4477", reg_date: "2026-10-30", inside: false, revoked: true, admitted_at: null, admitted_gate: null },
];

const verdict = (reason, changes = {}) => ({ verdict: verdictOf(reason, changes) });
const camera = (state, detail = null) => ({ screen: { camera: { state, detail } } });
const nobody = { first_name: null, phone: null };
const LONG_NAME = "Venkatanarasimharajuvaripeta Subrahmanya";

export const states = {
  ready: {},
  found: { outline: true },
  exit: { screen: { direction: "exit" } },
  first: { screen: { recent: [], counts: null, arrivals: null, undo: null, last_scan_ms: null } },
  troubled: {
    screen: {
      gate: "North-western pedestrian entrance, lower level",
      database: { state: "away", round_trip_ms: null, detail: "no route to host" },
      clock: { difference_ms: -4300, warn: true },
      unwritten: 3,
      counts: { at: ago(6) },
    },
  },
  searching: camera("searching"),
  busy: camera("busy", "VIDIOC_STREAMON: Device or resource busy (os error 16)"),
  denied: camera("denied", "open /dev/video0: Permission denied (os error 13)"),
  stalled: camera("stalled", "no frame for 2.0 s"),
  granted: verdict("granted"),
  granted_long: verdict("granted", { first_name: LONG_NAME }),
  granted_devanagari: verdict("granted", { first_name: "देविका रानी" }),
  granted_offline: verdict("granted", { mode: "offline" }),
  already_inside: verdict("already_inside"),
  forged: verdict("forged", nobody),
  not_a_ticket: verdict("not_a_ticket", nobody),
  revoked: verdict("revoked"),
  cannot_check: verdict("database_unreachable"),
  gate_refused: verdict("gate_refused", nobody),
  left: { screen: { direction: "exit" }, ...verdict("left") },
  not_inside: { screen: { direction: "exit" }, ...verdict("not_inside") },
  undone: verdict("undone"),
  checking: { news: { kind: "checking", scan_id: "x" } },
  search: { keys: ["f", { type: "ash" }] },
  confirm: { keys: ["f", { type: "ash" }, "Tab", { click: ".guests button" }] },
  pin: { keys: ["u", { type: "12" }] },
  wrong_pin: { keys: ["u", { type: "99" }, { click: ".digit.main" }] },
  settings: { keys: ["s", { type: "1234" }, { click: ".digit.main" }] },
  keys: { keys: ["?"] },
  set_up: { screen: { stage: "set_up", gate: null, event: null } },
  set_up_fault: {
    screen: {
      stage: "set_up",
      gate: null,
      event: null,
      settings_fault: "ets-gate.toml: database_url has no password; copy it whole from the set-up code\nets-gate.toml: public_keys is missing; add the line that booking-web printed",
    },
    news: { kind: "set_up_fault", fault: "This is a ticket, not a set-up code. Show the code that the organiser made for this gate." },
  },
  finish: { screen: { stage: "finish_set_up" } },
};
