import type { Cancel, Clock } from '@/lib/ports';

export interface Batch<Item> {
  readonly push: (item: Item) => void;
  readonly stop: () => void;
}

/** Holds what comes within `ms` of the first of it, at most `most`, and releases it together, in order. */
export function createBatch<Item>(clock: Clock, ms: number, most: number, release: (items: readonly Item[]) => void): Batch<Item> {
  let held: Item[] = [];
  let cancel: Cancel | undefined;

  const releaseAll = (): void => {
    cancel?.();
    cancel = undefined;
    const items = held;
    held = [];
    if (items.length > 0) release(items);
  };

  return {
    push: (item) => {
      held.push(item);
      if (held.length >= most) releaseAll();
      else cancel ??= clock.after(ms, releaseAll);
    },
    stop: () => {
      held = [];
      cancel?.();
      cancel = undefined;
    },
  };
}
