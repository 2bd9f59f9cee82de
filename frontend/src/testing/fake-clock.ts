import type { Clock } from '@/lib/ports';

export interface FakeClock extends Clock {
  /** Lets time pass; what is due runs in order, at its own moment. Promises settle in between. */
  readonly advance: (ms: number) => Promise<void>;
  /** How long until the next thing is due, if anything is. */
  readonly nextIn: () => number | undefined;
}

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  const dues = new Set<Due>();
  const soonest = (): Due | undefined => [...dues].toSorted((a, b) => a.atMs - b.atMs)[0];
  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    await settle();
    for (let next = soonest(); next !== undefined && next.atMs <= until; next = soonest()) {
      dues.delete(next);
      now = Math.max(now, next.atMs);
      next.run();
      await settle();
    }
    now = until;
  };
  return {
    now: () => now,
    after: (ms, run) => {
      const due = { atMs: now + ms, run };
      dues.add(due);
      return () => dues.delete(due);
    },
    advance,
    nextIn: () => {
      const next = soonest();
      return next && next.atMs - now;
    },
  };
}

/** Long enough for the chains of promises in these tests. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}
