import type { BarNote } from './sanctions';

import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** Of this tab: a guest is a tab, and an account's profile tells by itself. */
export function barDrawer(): Drawer<BarNote> {
  return storageDrawer(() => sessionStorage, 'speed-connect.barred', isBarNote);
}

function isBarNote(value: unknown): value is BarNote {
  return isRecord(value) && typeof value['userId'] === 'string';
}
