import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { AccountMark, AccountNote, Drawer } from '@/lib/ports';

const MARK_KEY = 'speed-connect.account';

/** All tabs share the note; the browser tells each of what the others write. */
export function accountMark(): AccountMark {
  const drawer = storageDrawer(() => localStorage, MARK_KEY, isNote);
  return {
    ...drawer,
    watch: (listener) =>
      addEventListener('storage', ({ key }) => {
        // Without a key, all of the storage was cleared.
        if (key === MARK_KEY || key === null) listener(drawer.load());
      }),
  };
}

/** What the server calls this browser. */
export function deviceDrawer(): Drawer<string> {
  return storageDrawer(() => localStorage, 'speed-connect.device', (value) => typeof value === 'string');
}

/** That this tab waits or talks: after a reload it goes on there, while another tab of the account leaves it alone. */
export function presenceDrawer(): Drawer<true> {
  return storageDrawer(() => sessionStorage, 'speed-connect.present', (value) => value === true);
}

function isNote(value: unknown): value is AccountNote {
  return isRecord(value) && typeof value['userId'] === 'string' && typeof value['atMs'] === 'number';
}
