/** Below this nobody speaks: a room's own noise, from 0 to 1. */
export const QUIET = 0.02;
/** Who has just spoken counts as the speaker for so long, so that a breath changes nothing. */
export const HOLD_MS = 2000;

export const OWN = 'own';

export interface Speaker {
  /** An alias, or `own`. */
  readonly who: string;
  readonly atMs: number;
}

/** Who speaks, by how loud everybody is: the loudest, and for a moment after it who was. */
export function speakerOf(before: Speaker | undefined, levels: ReadonlyMap<string, number>, nowMs: number): Speaker | undefined {
  const [loudest] = [...levels].filter(([, level]) => level > QUIET).toSorted(([, a], [, b]) => b - a);
  if (loudest !== undefined) return { who: loudest[0], atMs: nowMs };
  return before !== undefined && nowMs - before.atMs < HOLD_MS ? before : undefined;
}
