// @ts-check
// A sound for each kind of verdict, so unlike each other that the operator
// need not look: made by oscillators, since there is no file to be missing.

/** @import { Kind } from "./look.js" */

/**
 * One tone: from when, how long, how high (to what it glides), how loud.
 * @typedef {{ at: number, lasts: number, hertz: number, to?: number, wave: OscillatorType, loud: number }} Tone
 */

/** @type {Record<Kind, Tone[]>} */
export const SOUNDS = {
  // Two tones that rise: come in.
  granted: [
    { at: 0, lasts: 0.12, hertz: 784, wave: "triangle", loud: 0.5 },
    { at: 0.11, lasts: 0.26, hertz: 1175, wave: "triangle", loud: 0.55 },
  ],
  // A low rasp, three times: stop.
  rejected: [0, 0.26, 0.52].map((at) => ({ at, lasts: 0.19, hertz: 155, wave: "sawtooth", loud: 0.5 })),
  // A falling question, twice: neither of the two.
  cannot: [0, 0.42].map((at) => ({ at, lasts: 0.34, hertz: 660, to: 370, wave: "square", loud: 0.22 })),
  // A soft tick.
  left: [{ at: 0, lasts: 0.07, hertz: 1400, to: 900, wave: "sine", loud: 0.35 }],
  undone: [
    { at: 0, lasts: 0.07, hertz: 900, wave: "sine", loud: 0.35 },
    { at: 0.1, lasts: 0.09, hertz: 600, wave: "sine", loud: 0.35 },
  ],
};

/** So long after the last sound the way to the loudspeaker is closed: open, it costs more than all else of an idle gate. */
const REST_MS = 10_000;

/** @type {AudioContext | null} */
let context = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let rest;
/** @type {OscillatorNode[]} */
let playing = [];

/** A browser that waits for a first touch is given it here. */
export function allowSound() {
  const wake = () => void ready();
  addEventListener("pointerdown", wake, { capture: true });
  addEventListener("keydown", wake, { capture: true });
  ready();
}

/** @param {Kind} kind */
export function play(kind) {
  const audio = ready();
  if (!audio) return;
  // The newest verdict is the one to be heard.
  for (const tone of playing) tone.stop();
  playing = SOUNDS[kind].map((tone) => sounded(audio, tone));
}

function ready() {
  try {
    context ??= new AudioContext({ latencyHint: "interactive" });
    // Also while it goes to rest: what is asked last holds.
    void context.resume().catch(() => {});
    clearTimeout(rest);
    rest = setTimeout(() => void context?.suspend().catch(() => {}), REST_MS);
  } catch {
    // A computer without sound: colour, shape and word remain.
    context = null;
  }
  return context;
}

/** @param {AudioContext} audio @param {Tone} tone */
function sounded(audio, { at, lasts, hertz, to = hertz, wave, loud }) {
  const start = audio.currentTime + at;
  const end = start + lasts;
  const oscillator = new OscillatorNode(audio, { type: wave, frequency: hertz });
  oscillator.frequency.exponentialRampToValueAtTime(to, end);
  const volume = new GainNode(audio, { gain: 0 });
  // Without a short slope at both ends a loudspeaker clicks.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loud, start + 0.01);
  volume.gain.setValueAtTime(loud, end - 0.03);
  volume.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return oscillator;
}
