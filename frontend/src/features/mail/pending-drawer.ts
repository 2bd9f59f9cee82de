import type { Pending } from './machine';

import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** A phone may throw the tab away while its owner looks into the mail. */
export function pendingDrawer(): Drawer<Pending> {
  return storageDrawer(() => sessionStorage, 'speed-connect.mail', isPending);
}

function isPending(value: unknown): value is Pending {
  return isRecord(value) && typeof value['email'] === 'string' && typeof value['askedAtMs'] === 'number';
}
