import type { Cancel, Clock } from '@/lib/ports';

export interface Pacer<Item> {
  readonly push: (item: Item) => void;
  readonly stop: () => void;
}

/** Lets a burst of one second's worth through at once, then an even flow, always in order. */
export function createPacer<Item>(clock: Clock, perSecond: number, release: (item: Item) => void): Pacer<Item> {
  const waiting: Item[] = [];
  let credit = perSecond;
  let filledAtMs = clock.now();
  let cancel: Cancel | undefined;

  const drain = (): void => {
    cancel = undefined;
    const now = clock.now();
    credit = Math.min(perSecond, credit + ((now - filledAtMs) / 1000) * perSecond);
    filledAtMs = now;
    while (credit >= 1) {
      const next = waiting.shift();
      if (next === undefined) return;
      credit -= 1;
      release(next);
    }
    if (waiting.length > 0) cancel = clock.after(Math.ceil(1000 / perSecond), drain);
  };

  return {
    push: (item) => {
      waiting.push(item);
      if (cancel === undefined) drain();
    },
    stop: () => {
      waiting.length = 0;
      cancel?.();
      cancel = undefined;
    },
  };
}
