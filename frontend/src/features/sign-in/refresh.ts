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
  return () => exclusively(() => persist((limitMs) => api.refreshAccount(limitMs), clock));
}

/** Renews the guest of this tab. */
export function guestRefresher(api: Api, clock: Clock): (guest: Identity) => Promise<Identity> {
  return (guest) => persist((limitMs) => api.refresh(guest, limitMs), clock);
}

async function persist(refresh: (limitMs: number) => Promise<Identity>, clock: Clock): Promise<Identity> {
  const from = clock.now();
  for (const { limitMs, pauseMs } of TRIES) {
    try {
      return await refresh(limitMs);
    } catch (error) {
      if (!mayHavePassed(error) || clock.now() + pauseMs - from > WITHIN_MS) throw error;
    }
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
  return refresh(LAST_LIMIT_MS);
}

/** Whether the server may have done it without our hearing of it, now or at an earlier try. */
function mayHavePassed(error: unknown): boolean {
  return error instanceof ApiError && ['offline', 'unavailable', 'internal', 'conflict'].includes(error.code);
}
