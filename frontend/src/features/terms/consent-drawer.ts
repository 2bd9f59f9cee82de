import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** What somebody in this browser has agreed to: later guests of it are taken to have done so. */
export interface ConsentNote {
  readonly version: number;
  /** Unix milliseconds. */
  readonly atMs: number;
}

export function consentDrawer(): Drawer<ConsentNote> {
  return storageDrawer(() => localStorage, 'speed-connect.consent', isConsentNote);
}

function isConsentNote(value: unknown): value is ConsentNote {
  return isRecord(value) && typeof value['version'] === 'number' && typeof value['atMs'] === 'number';
}
