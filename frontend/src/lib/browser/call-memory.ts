import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';

/** The numbers that a page has used in a call; after a reload it goes on counting from them. */
export interface CallMemory {
  readonly sessionId: string;
  readonly signalN: number;
  readonly chatN: number;
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
    typeof value['chatN'] === 'number'
  );
}
