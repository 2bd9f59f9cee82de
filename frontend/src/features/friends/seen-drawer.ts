import type { Seen } from './friends';

import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** What was looked at was looked at in every tab. */
export function seenDrawer(): Drawer<Seen> {
  return storageDrawer(() => localStorage, 'speed-connect.seen', isSeen);
}

function isSeen(value: unknown): value is Seen {
  return isRecord(value) && typeof value['userId'] === 'string' && typeof value['seenAt'] === 'number';
}
