import { ApiError, type Api, type Clock, type Exclusively, type Identity } from '@/lib/ports';

/**
 * An answer that is lost on its way has rotated the cookie all the same, and the one before it is good for 10 s more:
 * so it is tried thrice within 8 s. `limitMs` is how long a try waits for its answer, `pauseMs` what passes after it.
 */
const TRIES = [
  { limitMs: 2500, pauseMs: 500 },
  { limitMs: 3000, pauseMs: 1000 },
] as const;
const LAST_LIMIT_MS = 10_000;
const WITHIN_MS = 8000;

/** Renews the account of this browser: one tab after the other, or two would present the same cookie. */
export function accountRefresher(api: Api, clock: Clock, exclusively: Exclusively): () => Promise<Identity> {
  return () => exclusively(() => persist(api, clock));
}

async function persist(api: Api, clock: Clock): Promise<Identity> {
  const from = clock.now();
  for (const { limitMs, pauseMs } of TRIES) {
    try {
      return await api.refreshAccount(limitMs);
    } catch (error) {
      if (!mayHavePassed(error) || clock.now() + pauseMs - from > WITHIN_MS) throw error;
    }
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
  return api.refreshAccount(LAST_LIMIT_MS);
}

/** Whether the server may have done it without our hearing of it. */
function mayHavePassed(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'offline' || error.code === 'unavailable' || error.code === 'internal');
}
