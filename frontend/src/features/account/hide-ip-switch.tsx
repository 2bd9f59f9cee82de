import { useId } from 'react';

import type { Account } from './account';
import { hidesIp } from './machine';

import { Switch } from '@/components/ui/switch';
import { useRunner } from '@/lib/use-runner';

export interface HideIpSwitchProps {
  readonly account: Account;
  readonly kind: 'account' | 'guest' | 'nobody';
  /** What this browser wants for every guest of it. */
  readonly hiddenHere: boolean;
}

/** Whether the other side may learn one's network address. */
export function HideIpSwitch({ account, kind, hiddenHere }: HideIpSwitchProps) {
  const state = useRunner(account);
  const untold = kind !== 'account' && state.own === undefined && state.busy?.task !== 'hide';
  const on = untold ? hiddenHere : hidesIp(state);
  const explained = useId();
  return (
    <>
      <Switch label="Hide my IP address" on={on} describedBy={explained} onChange={(hideIp) => account.send({ type: 'ask', errand: { task: 'hide', hideIp } })} />
      <p id={explained} className="field-hint">
        Calls go through a relay, so that the other side never learns your network address; they may start a little slower.
      </p>
    </>
  );
}
