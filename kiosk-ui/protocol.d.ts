// What the gate's window is told, and what it may ask. The gate decides; the
// page draws. Names and shapes are those of kiosk-app/src/desk/news.rs.

/** An instant, RFC 3339 in UTC. */
type Instant = string;

/** A message on the channel that `follow` is given. */
export type News =
  /** The whole state: at once, and after each change, at most ten a second. */
  | { kind: "screen"; screen: Screen }
  /** A scan has begun; its verdict follows. */
  | { kind: "checking"; scan_id: string }
  | { kind: "verdict"; verdict: ShownVerdict }
  /** A code is in view, in pixels of a frame of this size. Forget it after a third of a second. */
  | { kind: "outline"; corners: [number, number][]; width: number; height: number }
  /** A code or text that was shown for setting up is none; why, with the remedy. */
  | { kind: "set_up_fault"; fault: string };

export interface Screen {
  /** `set_up`: no usable settings yet, show the organiser's code. `finish_set_up`: name, camera, sound, PIN. `gate`: at work. */
  stage: "set_up" | "finish_set_up" | "gate";
  /** Why the settings there are cannot be used, a line each. */
  settings_fault: string | null;
  gate: string | null;
  event: { name: string; venue: string; starts_at: Instant; time_zone: string } | null;
  direction: Direction;
  /** A developer's window: leaving needs no PIN. */
  windowed: boolean;
  camera: Camera;
  database: { state: "connecting" | "up" | "away" | "refused"; round_trip_ms: number | null; detail: string | null };
  offline: Offline;
  /** Tickets of this event that two gates admitted. */
  conflicts: { count: number; newest: Conflict[] };
  /** This computer's clock less the server's. */
  clock: { difference_ms: number | null; warn: boolean };
  counts: { inside: number; admitted: number; expected: number; at: Instant } | null;
  /** First entries in slots of five minutes, the oldest first. */
  arrivals: { slot_minutes: number; starts_at: Instant; counts: number[] } | null;
  /** The newest first, at most 20. */
  recent: Recent[];
  /** Whom an undo would take back: the last admission at this gate. */
  undo: { first_name: string | null; at: Instant } | null;
  /** From frame to verdict, the last time. */
  last_scan_ms: number | null;
  choices: Choices;
  version: string;
}

/** What this gate knows by itself, and what it owes the database. */
export interface Offline {
  /** The setting. Off: without the database the gate cannot check. */
  on: boolean;
  /** What the next verdict rests on. */
  mode: "online" | "offline";
  /** Offline since then. */
  since: Instant | null;
  /** When the database's tickets were last looked at completely. */
  synced_at: Instant | null;
  /** How many tickets are known here. */
  tickets: number | null;
  /** The first sync is under way. */
  progress: { done: number; total: number } | null;
  /** Scans that are not in the database yet, and when the oldest of them was. */
  unsent: number;
  unsent_since: Instant | null;
  /** Scans that the database would not take. They are kept. */
  set_aside: number;
  /** A guest can be found by hand without the database, too. */
  list: boolean;
  /** The other gates of this event on the same network, by name. */
  neighbours: { state: "off" | "alone" | "together"; gates: string[] };
  /** Why the store cannot be used, in the system's own words. */
  fault: string | null;
}

/** One ticket, admitted twice: both scans are kept, the first is the admission. */
export interface Conflict {
  first_name: string;
  phone: string | null; // masked
  first: { gate: string; at: Instant };
  second: { gate: string; at: Instant };
  /** One of the two is this gate. */
  ours: boolean;
}

export type Direction = "entry" | "exit";

export interface Camera {
  state: "off" | "searching" | "opening" | "live" | "busy" | "denied" | "unsupported" | "stalled" | "lost";
  name: string | null;
  bus: string | null;
  width: number | null;
  height: number | null;
  frames_per_second: number | null;
  /** The system's own words, for whoever mends it. */
  detail: string | null;
}

export interface Choices {
  language: "en" | "hi";
  sound: boolean;
  mirror: boolean;
  camera: CameraId | null;
  has_pin: boolean;
  autostart: boolean;
  /** Whether gates of the event on the same network tell each other whom they let in. */
  neighbours: boolean;
}
export interface CameraId { name: string; bus: string }

export type Outcome = "ENTRY GRANTED" | "ENTRY REJECTED" | "CANNOT CHECK";
export type Reason =
  | "granted" | "already_inside" | "unknown_ticket" | "forged" | "unsigned" | "not_a_ticket" | "revoked"
  | "left" | "not_inside" | "undone"
  | "database_unreachable" | "gate_refused"
  /** The scan could not be written down here, so nothing is promised. */
  | "not_recorded";
/** How a ticket came before the gate. */
export type Way = "camera" | "scanner" | "picture" | "hand";

export interface Recent {
  scan_id: string;
  at: Instant;
  verdict: Outcome;
  reason: Reason;
  kind: "entry" | "exit" | "undo";
  way: Way;
  mode: "online" | "offline";
  first_name: string | null;
  phone: string | null; // masked
}

export interface ShownVerdict extends Recent {
  gate: string;
  /** Granted offline, though this gate does not know the ticket: sold after the last sync. */
  unlisted: boolean;
  admitted_at: Instant | null;
  admitted_gate: string | null;
  /** After this the page goes back to scanning by itself; null: it stays until the next scan or a key. */
  clears_after_ms: number | null;
}

/** A ticket found by hand. */
export interface Found {
  unique_id: string;
  first_name: string;
  phone: string; // masked
  reg_date: string; // 2026-11-22
  inside: boolean;
  revoked: boolean;
  admitted_at: Instant | null;
  admitted_gate: string | null;
}

export interface CameraInfo extends CameraId { usable: boolean }

/** Every command, by its arguments and its answer. A command that cannot do it rejects with `{ code, detail }`. */
export interface Commands {
  follow(arguments: { channel: unknown }): null;
  /** A text from a scanner, or pasted: a ticket at the gate, the organiser's code while setting up. */
  present(arguments: { text: string; way: Way }): null;
  /** A picture file's bytes, as the whole argument. Rejects with `no_code` or `not_a_picture`. */
  read_picture(bytes: ArrayBuffer): null;
  search(arguments: { query: string }): Found[];
  admit_by_hand(arguments: { unique_id: string }): null;
  set_direction(arguments: { direction: Direction }): null;
  undo(arguments: { pin: string }): null;
  cameras(): CameraInfo[];
  finish_set_up(arguments: { gate: string; camera: CameraId | null; sound: boolean; language: "en" | "hi"; pin: string }): null;
  /** Changes made at work. With `pin` the current one; `new_pin` only when it is to change. */
  choose(arguments: { pin: string; choices: Partial<Omit<Choices, "has_pin">>; new_pin: string | null }): null;
  /** Begins the set-up anew. With scans that are not in the database yet: `unsent_scans`, unless `unsent_ok`. */
  set_up_again(arguments: { pin: string; unsent_ok: boolean }): null;
  /** Ends the program. As above. */
  leave(arguments: { pin: string; unsent_ok: boolean }): null;
  /** The verdict of this scan is on the screen now. */
  painted(arguments: { scan_id: string }): null;
}

/** `wrong_pin` (detail: attempts left), `pin_locked` (detail: seconds), `pin_too_short`, `nothing_to_undo`,
 *  `undo_too_late` (the guest has left or came in again), `database_unreachable`, `gate_refused`, `query_too_short`,
 *  `offline_no_list` (the database is away, and the organiser allows no list of guests here), `no_code`, `not_a_picture`,
 *  `bad_gate_name`, `not_set_up`, `cannot_save`, `unsent_scans` (detail: how many). */
export interface CommandFault { code: string; detail: string }
