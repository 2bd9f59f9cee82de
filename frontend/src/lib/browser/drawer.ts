import type { Drawer } from '@/lib/ports';

/**
 * A value under one key of the tab's or the browser's storage. Storage may be full, forbidden or hold what
 * another version wrote: then there is simply nothing in the drawer.
 */
export function storageDrawer<Value>(
  storage: () => Storage,
  key: string,
  accepts: (value: unknown) => value is Value,
): Drawer<Value> {
  return {
    load: () => {
      try {
        const text = storage().getItem(key);
        const value: unknown = text === null ? undefined : JSON.parse(text);
        return accepts(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    save: (value) => attempt(() => storage().setItem(key, JSON.stringify(value))),
    clear: () => attempt(() => storage().removeItem(key)),
  };
}

function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // Nothing stored means asking again after a reload, no more.
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
