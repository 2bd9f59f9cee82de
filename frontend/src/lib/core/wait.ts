import type { Problem } from '@/lib/core/problem';

/** When each problem was first shown: a wait goes on where the same problem is shown again, or in another place. */
const shownAt = new WeakMap<Problem, number>();

/** How many seconds have to pass before what was refused may be tried again. */
export function secondsToWait(problem: Problem | undefined, nowMs: number): number {
  if (problem?.code !== 'rate_limited' || problem.retryAfterSeconds === undefined) return 0;
  const since = shownAt.get(problem) ?? nowMs;
  shownAt.set(problem, since);
  return Math.max(0, Math.ceil((since - nowMs) / 1000 + problem.retryAfterSeconds));
}
