import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer, Identity } from '@/lib/ports';

/** A guest is a tab: its tokens live in the tab's own storage and die with it. */
export function identityDrawer(): Drawer<Identity> {
  return storageDrawer(() => sessionStorage, 'speed-connect.guest', isIdentity);
}

function isIdentity(value: unknown): value is Identity {
  return (
    isRecord(value) &&
    typeof value['userId'] === 'string' &&
    typeof value['nickname'] === 'string' &&
    typeof value['accessToken'] === 'string' &&
    typeof value['expiresAtMs'] === 'number'
  );
}
