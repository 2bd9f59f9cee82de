import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** What a tab's person has switched off in the call or the room that they are in. */
export interface Switches {
  readonly muted: boolean;
  readonly cameraOff: boolean;
}

export function switchesDrawer(): Drawer<Switches> {
  return storageDrawer(() => sessionStorage, 'speed-connect.switches', isSwitches);
}

function isSwitches(value: unknown): value is Switches {
  return isRecord(value) && typeof value['muted'] === 'boolean' && typeof value['cameraOff'] === 'boolean';
}
