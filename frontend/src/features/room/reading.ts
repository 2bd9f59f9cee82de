/** What the statistics of one connection say (W3C webrtc-stats). */
export interface RoomReading {
  readonly framesDecoded: number;
  /** Adds up; it stands still where a microphone is switched off. */
  readonly audioEnergy: number;
  /** From 0 to 1, of the other. */
  readonly level: number;
  readonly ownLevel: number;
}

/** Of one of the others, as far as one can see and hear it. */
export interface Liveliness {
  readonly moving: boolean;
  readonly silent: boolean;
}

export function readingOf(report: RTCStatsReport): RoomReading {
  let [framesDecoded, audioEnergy, level, ownLevel] = [0, 0, 0, 0];
  report.forEach((entry: Readonly<Record<string, unknown>>) => {
    if (entry['type'] === 'inbound-rtp') {
      framesDecoded += count(entry['framesDecoded']);
      audioEnergy += count(entry['totalAudioEnergy']);
      level = Math.max(level, count(entry['audioLevel']));
    } else if (entry['type'] === 'media-source') ownLevel = Math.max(ownLevel, count(entry['audioLevel']));
  });
  return { framesDecoded, audioEnergy, level, ownLevel };
}

/** Not even noise comes from a microphone that is switched off. */
const NOTHING = 1e-7;

export function livelinessOf(before: RoomReading | undefined, after: RoomReading): Liveliness {
  const moving = after.framesDecoded > (before?.framesDecoded ?? 0);
  return { moving, silent: before !== undefined && after.audioEnergy - before.audioEnergy < NOTHING };
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
