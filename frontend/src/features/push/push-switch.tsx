import { useEffect, useId } from 'react';

import { PUSH_HINT, PUSH_LABEL, pushText, troubleText } from './core/words';
import { isOn } from './machine';
import type { Push } from './push';

import { Notice } from '@/components/ui/notice';
import { Switch } from '@/components/ui/switch';
import { useRunner } from '@/lib/use-runner';

/** Whether friends can ring with the page closed, in this browser. */
export function PushSwitch({ push }: { readonly push: Push }) {
  const state = useRunner(push);
  const explained = useId();
  useEffect(() => push.look(), [push]);
  if (state.phase === 'none') return null;
  const text = pushText(state);
  return (
    <section className="push">
      <Switch
        label={PUSH_LABEL}
        on={isOn(state)}
        disabled={state.phase === 'unsupported'}
        describedBy={explained}
        onChange={(on) => push.send({ type: 'switch', on })}
      />
      <p id={explained} className="field-hint">
        {PUSH_HINT}
      </p>
      <p className="push-state" role="status">
        {text}
      </p>
      {state.phase === 'off' && state.trouble !== undefined && <Notice>{troubleText(state.trouble)}</Notice>}
    </section>
  );
}
