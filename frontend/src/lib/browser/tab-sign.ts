import type { TabSign } from '@/lib/ports';

/** Shows other tabs something about an account by a lock, which the browser takes away with the tab. */
export function tabSign(what: 'busy' | 'here'): TabSign {
  // The type says always, but insecure contexts and old browsers have no locks.
  const locks = navigator.locks as LockManager | undefined;
  const page = String(Math.random());
  const prefixOf = (userId: string): string => `speed-connect.${what}.${userId}.`;
  let shown: string | undefined;
  let takeDown = (): void => undefined;
  return {
    show: (userId) => {
      if (userId === shown) return;
      takeDown();
      takeDown = () => undefined;
      shown = userId;
      if (userId === undefined || locks === undefined) return;
      const held = new Promise<void>((resolve) => {
        takeDown = resolve;
      });
      void locks.request(prefixOf(userId) + page, { mode: 'shared' }, () => held);
    },
    elsewhere: async (userId) => {
      // Where that cannot be told, nobody is disturbed.
      if (locks === undefined) return true;
      const prefix = prefixOf(userId);
      const { held = [] } = await locks.query();
      return held.some(({ name = '' }) => name.startsWith(prefix) && name !== prefix + page);
    },
  };
}
