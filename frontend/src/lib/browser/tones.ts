import type { PlayTone, Tone } from '@/lib/ports';

/** One note: when it begins and how long it lasts, in seconds, and its pitch in hertz. */
interface Note {
  readonly at: number;
  readonly lasts: number;
  readonly pitch: number;
}

interface Melody {
  readonly notes: readonly Note[];
  /** After so many seconds it begins anew. */
  readonly every: number;
  readonly loudness: number;
}

/** A rising fourth, twice, for who is rung; one long low note for who waits. */
const MELODIES: Readonly<Record<Tone, Melody>> = {
  ring: {
    notes: [
      { at: 0, lasts: 0.5, pitch: 587 },
      { at: 0.18, lasts: 0.6, pitch: 784 },
      { at: 0.7, lasts: 0.5, pitch: 587 },
      { at: 0.88, lasts: 0.8, pitch: 784 },
    ],
    every: 2.8,
    loudness: 0.22,
  },
  'ring-back': { notes: [{ at: 0, lasts: 1, pitch: 425 }], every: 4, loudness: 0.06 },
};

const ATTACK = 0.03;

/** Made of sine waves. A page that was never pressed may make no sound: then it begins with the first press. */
export const playTone: PlayTone = (tone) => {
  const context = openContext();
  if (context === undefined) return () => undefined;
  const melody = MELODIES[tone];
  const volume = new GainNode(context, { gain: melody.loudness });
  volume.connect(context.destination);
  const round = (): void => {
    // A clock that stands still would pile the notes up.
    if (context.state === 'running') for (const note of melody.notes) play(context, volume, note);
  };
  const wake = (): void => void context.resume().catch(() => undefined);
  context.addEventListener('statechange', round);
  for (const press of PRESSES) addEventListener(press, wake);
  round();
  const timer = setInterval(round, melody.every * 1000);
  return () => {
    clearInterval(timer);
    for (const press of PRESSES) removeEventListener(press, wake);
    void context.close().catch(() => undefined);
  };
};

const PRESSES = ['pointerdown', 'keydown'] as const;

function openContext(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

/** Swells and fades, so that nothing clicks. */
function play(context: AudioContext, volume: AudioNode, { at, lasts, pitch }: Note): void {
  const from = context.currentTime + at;
  const wave = new OscillatorNode(context, { frequency: pitch });
  const swell = new GainNode(context, { gain: 0 });
  swell.gain.setValueAtTime(0, from);
  swell.gain.linearRampToValueAtTime(1, from + ATTACK);
  swell.gain.setValueAtTime(1, from + lasts / 2);
  swell.gain.linearRampToValueAtTime(0, from + lasts);
  wave.connect(swell).connect(volume);
  wave.start(from);
  wave.stop(from + lasts);
}
