/** A reload frees the old page's claim late; a duplicate never gets it. */
const CLAIM_LIMIT_MS = 700;

/**
 * Claims a guest for this page until it closes. Duplicating a tab copies its storage, and two pages must not be
 * one person: the copy is refused here and becomes somebody new. A reload gets the claim again, because the
 * page before it is gone.
 */
export function claimGuest(userId: string): Promise<boolean> {
  // The type says always, but insecure contexts and old browsers have no locks.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? claimByChannel(userId) : claimByLock(locks, userId);
}

function claimByLock(locks: LockManager, userId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(CLAIM_LIMIT_MS);
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
