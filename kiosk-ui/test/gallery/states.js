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
  mode: "online",
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
  offline: {
    on: true,
    mode: "online",
    since: null,
    synced_at: ago(0),
    tickets: 1987,
    progress: null,
    unsent: 0,
    unsent_since: null,
    set_aside: 0,
    list: false,
    neighbours: { state: "together", gates: ["Gate B", "Gate C"] },
    fault: null,
  },
  conflicts: { count: 0, newest: [] },
  last_scan_ms: 84,
  choices: { language: "en", sound: true, mirror: false, camera: null, has_pin: true, autostart: true, neighbours: true },
  version: "0.1.0",
});

const OUTCOME = { granted: "ENTRY GRANTED", left: "ENTRY GRANTED", database_unreachable: "CANNOT CHECK", gate_refused: "CANNOT CHECK", not_recorded: "CANNOT CHECK" };

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
  unlisted: false,
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
const away = { state: "away", round_trip_ms: null, detail: "no route to host" };

/** Without the database for a quarter of an hour. */
const offline = (changes = {}, others = {}) => ({
  screen: {
    database: away,
    offline: { mode: "offline", since: ago(15), synced_at: ago(15), unsent: 42, unsent_since: ago(15), ...changes },
    counts: { at: ago(15) },
    recent: recent.map((scan, at) => (at < 4 ? { ...scan, mode: "offline" } : scan)),
    ...others,
  },
});

const conflict = (first_name, minutes, first, second) => ({
  first_name,
  phone: "••••• ••3210",
  first: { gate: first, at: ago(minutes) },
  second: { gate: second, at: ago(minutes - 1.7) },
  ours: [first, second].includes("Gate A"),
});
const CONFLICTS = [conflict("Asha", 9, "Gate A", "Gate B"), conflict("देविका रानी", 21, "North-western pedestrian entrance", "Gate C")];
const twice = { screen: { conflicts: { count: 2, newest: CONFLICTS } } };
const many = Array.from({ length: 20 }, (_, at) => ({ ...CONFLICTS[at % 2] }));

const LONG_NAME = "Venkatanarasimharajuvaripeta Subrahmanya";

export const states = {
  ready: {},
  found: { outline: true },
  exit: { screen: { direction: "exit" } },
  first: { screen: { recent: [], counts: null, arrivals: null, undo: null, last_scan_ms: null } },
  troubled: {
    screen: {
      gate: "North-western pedestrian entrance, lower level",
      database: away,
      clock: { difference_ms: -4300, warn: true },
      offline: { on: false, unsent: 3, unsent_since: ago(4) },
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
  granted_unlisted: verdict("granted", { mode: "offline", unlisted: true }),
  inside_offline: verdict("already_inside", { mode: "offline" }),
  left_offline: { screen: { direction: "exit" }, ...verdict("left", { mode: "offline" }) },
  not_recorded: verdict("not_recorded", { mode: "offline" }),
  offline: offline(),
  offline_alone: offline({ neighbours: { state: "alone", gates: [] } }, { clock: { difference_ms: -4300, warn: true } }),
  offline_many: offline({ neighbours: { state: "together", gates: ["B", "C", "D", "E"] }, set_aside: 2, synced_at: ago(200) }),
  offline_unsynced: offline({ tickets: null, synced_at: null, neighbours: { state: "off", gates: [] } }, { direction: "exit" }),
  offline_cut: offline({ tickets: 43_000, synced_at: null, progress: { done: 43_000, total: 100_000 } }),
  syncing: { screen: { offline: { synced_at: null, tickets: 43_000, progress: { done: 43_000, total: 100_000 } } } },
  store_fault: { screen: { offline: { fault: "unable to open database file: No space left on device" } } },
  store_fault_away: { screen: { database: away, offline: { mode: "offline", fault: "No space left on device", unsent: 3, unsent_since: ago(2) } } },
  database_refused: { screen: { database: { state: "refused", detail: "Access denied for user" }, offline: { tickets: 0, synced_at: null } } },
  twice,
  conflicts: { ...twice, keys: ["c"] },
  conflicts_many: { screen: { conflicts: { count: 31, newest: many } }, keys: ["c"] },
  conflicts_none: { keys: ["c"] },
  no_list: { ...offline(), keys: ["f", { type: "ash" }] },
  leave_unsent: { ...offline(), keys: ["s", { type: "1234" }, { click: ".digit.main" }, { click: ".ends > button:last-child" }] },
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
