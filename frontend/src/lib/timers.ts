import type { Cancel, Clock } from '@/lib/ports';

/** Timers by name: setting one again moves it, clearing one that is not set does nothing. */
export interface Timers<Name extends string> {
  readonly set: (name: Name, ms: number) => void;
  readonly clear: (name: Name) => void;
  readonly clearAll: () => void;
}

export function createTimers<Name extends string>(clock: Clock, due: (name: Name) => void): Timers<Name> {
  const cancels = new Map<Name, Cancel>();
  const clear = (name: Name): void => {
    cancels.get(name)?.();
    cancels.delete(name);
  };
  return {
    set: (name, ms) => {
      clear(name);
      const cancel = clock.after(ms, () => {
        cancels.delete(name);
        due(name);
      });
      cancels.set(name, cancel);
    },
    clear,
    clearAll: () => {
      for (const name of [...cancels.keys()]) clear(name);
    },
  };
}
