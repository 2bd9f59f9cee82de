import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';
import type { ModeName } from '@/protocol/messages';

/** What the green room remembers for the next visit. */
export interface Preferences {
  readonly nickname: string;
  readonly tags: readonly string[];
  readonly language: string;
  readonly mode: ModeName;
  readonly muted: boolean;
  readonly cameraId?: string;
  readonly microphoneId?: string;
  /** A guest's wish, which every new guest of this browser inherits; an account's stands in its profile. */
  readonly hideIp?: boolean;
}

export const NO_PREFERENCES: Preferences = { nickname: '', tags: [], language: '', mode: 'video', muted: false };

export function preferencesDrawer(): Drawer<Preferences> {
  return storageDrawer(() => localStorage, 'speed-connect.preferences', isPreferences);
}

function isPreferences(value: unknown): value is Preferences {
  return (
    isRecord(value) &&
    typeof value['nickname'] === 'string' &&
    Array.isArray(value['tags']) &&
    value['tags'].every((tag) => typeof tag === 'string') &&
    typeof value['language'] === 'string' &&
    (value['mode'] === 'video' || value['mode'] === 'audio' || value['mode'] === 'text') &&
    typeof value['muted'] === 'boolean' &&
    (value['cameraId'] === undefined || typeof value['cameraId'] === 'string') &&
    (value['microphoneId'] === undefined || typeof value['microphoneId'] === 'string') &&
    (value['hideIp'] === undefined || typeof value['hideIp'] === 'boolean')
  );
}
