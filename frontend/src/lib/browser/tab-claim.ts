import { storageDrawer } from '@/lib/browser/drawer';

/** A duplicate never gets the claim. */
const CLAIM_LIMIT_MS = 700;
/** A reload does, when the page before it has gone: with many connections on a slow machine that takes a while. */
const RELOAD_LIMIT_MS = 5000;
/** A page that goes leaves this in its tab's storage; a duplicate copies the storage of one that stays. */
const left = storageDrawer(() => sessionStorage, 'speed-connect.left', (value) => value === true);

/**
 * Claims a guest for this page until it closes. Duplicating a tab copies its storage, and two pages must not be
 * one person: the copy is refused here and becomes somebody new. A reload gets the claim again, because the
 * page before it is gone.
 */
export function claimGuest(userId: string): Promise<boolean> {
  // The type says always, but insecure contexts and old browsers have no locks.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? claimByChannel(userId) : claimByLock(locks, userId, wasLeft() ? RELOAD_LIMIT_MS : CLAIM_LIMIT_MS);
}

/** Whether a page of this very tab has gone before this one. From now on this one says so when it goes. */
function wasLeft(): boolean {
  const before = left.load() === true;
  left.clear();
  addEventListener('pagehide', () => left.save(true));
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) left.clear();
  });
  return before;
}

function claimByLock(locks: LockManager, userId: string, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(limitMs);
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    locks.request(`speed-connect.${userId}`, { signal }, held).catch(() => resolve(false));
  });
}

/** Without locks the pages ask each other: who already is this guest says so. */
function claimByChannel(userId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(`speed-connect.${userId}`);
    let mine = false;
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data === 'anyone?' && mine) channel.postMessage('me');
      if (event.data === 'me' && !mine) {
        channel.close();
        resolve(false);
      }
    });
    channel.postMessage('anyone?');
    setTimeout(() => {
      mine = true;
      resolve(true);
    }, CLAIM_LIMIT_MS);
  });
}
