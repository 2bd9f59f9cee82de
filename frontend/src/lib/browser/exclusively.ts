import type { Exclusively } from '@/lib/ports';

/** A tab that was frozen with the lock in its hand must not keep the others out for ever. */
const PATIENCE_MS = 10_000;

/** Work under a name that only one tab of this browser does at a time, where the browser can tell. */
export function exclusively(name: string): Exclusively {
  return async (work) => {
    // The type says always, but insecure contexts and old browsers have no locks.
    const locks = navigator.locks as LockManager | undefined;
    if (locks === undefined) return work();
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), PATIENCE_MS);
    const held = () => {
      clearTimeout(timer);
      return work();
    };
    return locks.request(name, { signal: waiting.signal }, held).catch((error: unknown) => {
      // A lock that was got cannot be given up any more: what failed was the work.
      if (waiting.signal.aborted) return work();
      throw error;
    });
  };
}
