import type { Call } from './call';

import { Button } from '@/components/ui/button';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';
import type { KindName } from '@/protocol/messages';

/** From here on more time is offered without being asked for. */
const OFFER_FROM_MS = 60_000;

/** What one extension adds. */
const MORE_MINUTES: Readonly<Record<KindName, number>> = { stranger: 5, friend: 60 };

export interface ExtendOfferProps {
  readonly call: Call;
  readonly clock: Clock;
  readonly serverNow: () => number;
}

/** More time, when both want it. */
export function ExtendOffer({ call, clock, serverNow }: ExtendOfferProps) {
  const state = useRunner(call);
  useNow(clock, 1000);
  if (state.phase !== 'live') return null;
  const { left, askedBy } = state.extension;
  const offered = left > 0 && (askedBy !== undefined || state.endsAt - serverNow() <= OFFER_FROM_MS);
  const { kind, peer: { nickname } } = state.details;
  const minutes = MORE_MINUTES[kind];
  const extend = (): void => call.send({ type: 'extend' });
  return (
    <div className="stage-extend">
      <p aria-live="polite">
        {offered && askedBy === 'you' && `Asked ${nickname} for ${minutes} more minutes`}
        {offered && askedBy === 'partner' && `${nickname} would like ${minutes} more minutes`}
      </p>
      {offered && askedBy !== 'you' && <Button onPress={extend}>{askedBy === 'partner' ? `Stay ${minutes} more minutes` : `Ask for ${minutes} more minutes`}</Button>}
    </div>
  );
}
