import { announcement, fractionLeft } from './core/countdown';

import { Ring } from '@/components/ui/ring';
import { clockText } from '@/lib/core/clock-text';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';

/** From here on the ring changes its colour. */
const SOON_MS = 30_000;

export interface CountdownProps {
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly startedAt: number;
  readonly endsAt: number;
}

/** The ring that empties. A timer is silent by nature; what is worth saying is said beside it. */
export function Countdown({ clock, serverNow, startedAt, endsAt }: CountdownProps) {
  useNow(clock, 250);
  const leftMs = Math.max(0, endsAt - serverNow());
  return (
    <>
      <Ring fraction={fractionLeft(leftMs, endsAt - startedAt)} tone={leftMs <= SOON_MS ? 'soon' : 'calm'}>
        <span className="dial-time" role="timer" aria-label="Time left">
          {clockText(leftMs)}
        </span>
      </Ring>
      <span className="sr-only" aria-live="polite">
        {announcement(leftMs)}
      </span>
    </>
  );
}
