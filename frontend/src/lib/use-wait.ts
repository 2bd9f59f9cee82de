import { createContext, useContext, useEffect, useState } from 'react';

import { browserClock } from '@/lib/browser/clock';
import { secondsToWait } from '@/lib/core/wait';
import type { Problem } from '@/lib/core/problem';
import type { Clock } from '@/lib/ports';

/** The time for what stands everywhere: buttons and notices. */
export const ClockContext = createContext<Clock>(browserClock);

/** How many seconds have to pass before what was refused may be tried again; counts down by itself. */
export function useWait(problem: Problem | undefined): number {
  const clock = useContext(ClockContext);
  const [beat, setBeat] = useState(0);
  const left = secondsToWait(problem, clock.now());
  useEffect(() => {
    if (left === 0) return undefined;
    return clock.after(1000, () => setBeat(beat + 1));
  }, [clock, left, beat]);
  return left;
}
