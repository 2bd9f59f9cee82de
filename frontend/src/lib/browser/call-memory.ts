import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';
import type { ModeName } from '@/protocol/messages';

/** What a page has to know of its call after a reload: the numbers it has used, and what nobody tells again. */
export interface CallMemory {
  readonly sessionId: string;
  readonly signalN: number;
  readonly chatN: number;
  /** How a friend was rung, which may be another way than strangers are met. */
  readonly mode?: ModeName;
  /** Whom to ring again. */
  readonly friendId?: string;
  /** Both came from the end of an earlier call, and nobody from the queue. */
  readonly again?: true;
}

export function callMemoryDrawer(): Drawer<CallMemory> {
  return storageDrawer(() => sessionStorage, 'speed-connect.call', isMemory);
}

/** What is remembered of this call; nothing was used in another one. */
export function recall(drawer: Drawer<CallMemory>, sessionId: string): CallMemory {
  const memory = drawer.load();
  return memory?.sessionId === sessionId ? memory : { sessionId, signalN: 0, chatN: 0 };
}

function isMemory(value: unknown): value is CallMemory {
  return (
    isRecord(value) &&
    typeof value['sessionId'] === 'string' &&
    typeof value['signalN'] === 'number' &&
    typeof value['chatN'] === 'number' &&
    (value['mode'] === undefined || value['mode'] === 'video' || value['mode'] === 'audio' || value['mode'] === 'text') &&
    (value['friendId'] === undefined || typeof value['friendId'] === 'string') &&
    (value['again'] === undefined || value['again'] === true)
  );
}
