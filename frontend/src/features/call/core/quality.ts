/** One reading of the connection, cumulative since its start where it counts. */
export interface Reading {
  readonly atMs: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly framesDecoded: number;
  readonly roundTripMs?: number;
}

export type Quality = 'good' | 'fair' | 'poor';

export interface Judgement {
  readonly quality: Quality;
  /** Pictures come from the other side. */
  readonly moving: boolean;
}

const FAIR = { loss: 0.02, roundTripMs: 250 } as const;
const POOR = { loss: 0.08, roundTripMs: 500 } as const;

/** Judges what happened between two readings. */
export function judge(before: Reading, after: Reading): Judgement {
  const received = Math.max(0, after.packetsReceived - before.packetsReceived);
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  const roundTripMs = after.roundTripMs ?? 0;
  const moving = after.framesDecoded > before.framesDecoded;
  if (received === 0 || exceeds(POOR, loss, roundTripMs)) return { quality: 'poor', moving };
  return { quality: exceeds(FAIR, loss, roundTripMs) ? 'fair' : 'good', moving };
}

function exceeds(limit: typeof FAIR | typeof POOR, loss: number, roundTripMs: number): boolean {
  return loss > limit.loss || roundTripMs > limit.roundTripMs;
}
