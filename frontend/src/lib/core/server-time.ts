/**
 * How far the server's clock is ahead of ours, learned from the `ts` of its frames. A frame is never
 * younger than its journey, so the largest difference seen is the closest to the truth.
 */
export interface ServerTime {
  readonly aheadMs: number | undefined;
}

export const UNKNOWN_TIME: ServerTime = { aheadMs: undefined };

/** A jump this large means that our own clock was set, not that a frame was quick. */
const CLOCK_SET_MS = 60_000;

export function learnServerTime(time: ServerTime, sentAtMs: number, receivedAtMs: number): ServerTime {
  const aheadMs = sentAtMs - receivedAtMs;
  if (time.aheadMs === undefined || aheadMs > time.aheadMs) return { aheadMs };
  return time.aheadMs - aheadMs > CLOCK_SET_MS ? { aheadMs } : time;
}

/** The server's present time in Unix milliseconds, as well as the page knows it. */
export function serverNow(time: ServerTime, nowMs: number): number {
  return nowMs + (time.aheadMs ?? 0);
}
