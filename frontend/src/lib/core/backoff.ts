/** First ceiling of the wait before another attempt. */
export const BACKOFF_BASE_MS = 500;
/** No wait is longer than this. */
export const BACKOFF_CAP_MS = 20_000;

/**
 * Full jitter: anything between nothing and a ceiling that doubles with each attempt, so that a thousand
 * pages that lost the same server do not come back in the same second.
 *
 * @param attempt 0 for the first retry
 * @param chance from 0 to below 1
 */
export function backoffMs(attempt: number, chance: number): number {
  const ceilingMs = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.floor(ceilingMs * chance);
}
