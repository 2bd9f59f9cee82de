import type { Call } from './call';

import { Button } from '@/components/ui/button';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

/** From here on more time is offered without being asked for. */
const OFFER_FROM_MS = 60_000;

export interface ExtendOfferProps {
  readonly call: Call;
  readonly clock: Clock;
  readonly serverNow: () => number;
}

/** Five minutes more, when both want them. */
export function ExtendOffer({ call, clock, serverNow }: ExtendOfferProps) {
  const state = useRunner(call);
  useNow(clock, 1000);
  if (state.phase !== 'live') return null;
  const { left, askedBy } = state.extension;
  const offered = left > 0 && (askedBy !== undefined || state.endsAt - serverNow() <= OFFER_FROM_MS);
  const { nickname } = state.details.peer;
  const extend = (): void => call.send({ type: 'extend' });
  return (
    <div className="stage-extend">
      <p aria-live="polite">
        {offered && askedBy === 'you' && `Asked ${nickname} for 5 more minutes`}
        {offered && askedBy === 'partner' && `${nickname} would like 5 more minutes`}
      </p>
      {offered && askedBy !== 'you' && <Button onPress={extend}>{askedBy === 'partner' ? 'Stay 5 more minutes' : 'Ask for 5 more minutes'}</Button>}
    </div>
  );
}
