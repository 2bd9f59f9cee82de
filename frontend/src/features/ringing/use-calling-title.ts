import { useEffect } from 'react';

import type { Clock } from '@/lib/ports';

const BLINK_MS = 1000;

/** The tab's title says who rings, by turns with the page's own name. */
export function useCallingTitle(clock: Clock, title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    const own = document.title;
    let cancel = (): void => undefined;
    const blink = (): void => {
      document.title = document.title === own ? title : own;
      cancel = clock.after(BLINK_MS, blink);
    };
    blink();
    return () => {
      cancel();
      document.title = own;
    };
  }, [clock, title]);
}
