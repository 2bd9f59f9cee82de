import { useId, useState, type ReactNode } from 'react';

import { errandText, wantsProof } from './core/words';
import type { Account } from './account';
import { EraseDialog } from './erase-dialog';
import { HideIpSwitch } from './hide-ip-switch';
import { isFindable, type Task } from './machine';

import { Button } from '@/components/ui/button';
import { Notice, ProblemNotice } from '@/components/ui/notice';
import { Switch } from '@/components/ui/switch';
import { useRunner } from '@/lib/use-runner';

export interface PrivacyViewProps {
  readonly account: Account;
  readonly kind: 'account' | 'guest' | 'nobody';
  /** What this browser wants for every guest of it. */
  readonly hiddenHere: boolean;
  /** Whom somebody has blocked. */
  readonly blocked?: ReactNode;
  readonly onProve: () => void;
}

/** What others learn of somebody, and what we keep. */
export function PrivacyView({ account, kind, hiddenHere, blocked, onProve }: PrivacyViewProps) {
  const state = useRunner(account);
  return (
    <div className="account-sections">
      <section>
        <HideIpSwitch account={account} kind={kind} hiddenHere={hiddenHere} />
        <Trouble account={account} tasks={['hide']} onProve={onProve} />
      </section>
      {state.own !== undefined && <Findable account={account} onProve={onProve} />}
      {kind !== 'nobody' && blocked}
      {kind === 'nobody' ? (
        <p className="field-hint">Nothing is kept about you yet: that begins with your first Start.</p>
      ) : (
        <Kept account={account} kind={kind} onProve={onProve} />
      )}
    </div>
  );
}

function Findable({ account, onProve }: Pick<PrivacyViewProps, 'account' | 'onProve'>) {
  const explained = useId();
  const on = isFindable(useRunner(account));
  return (
    <section>
      <Switch
        label="People can find me by my name"
        on={on}
        describedBy={explained}
        onChange={(findable) => account.send({ type: 'ask', errand: { task: 'show', findable } })}
      />
      <p id={explained} className="field-hint">
        Whoever types the beginning of your nickname sees it, and can ask to be your friend. Your e-mail address is never shown.
      </p>
      <Trouble account={account} tasks={['show']} onProve={onProve} />
    </section>
  );
}

function Kept({ account, kind, onProve }: { readonly account: Account; readonly kind: 'account' | 'guest'; readonly onProve: () => void }) {
  const { busy, done } = useRunner(account);
  const [asks, setAsks] = useState(false);
  const label = kind === 'account' ? 'Erase my account' : 'Erase me';
  return (
    <>
      <section className="account-errand">
        <div>
          <h3>Your data</h3>
          <p className="field-hint">All that we keep about you, in one file.</p>
        </div>
        <Button look="quiet" pending={busy?.task === 'export'} onPress={() => account.send({ type: 'ask', errand: { task: 'export' } })}>
          Download my data
        </Button>
        <p className="account-done" role="status">
          {done === 'export' && 'Your data is in your downloads.'}
        </p>
        <Trouble account={account} tasks={['export']} onProve={onProve} />
      </section>
      <section className="account-errand">
        <div>
          <h3>{kind === 'account' ? 'The end of your account' : 'The end of your visit'}</h3>
          <p className="field-hint">Erases what we keep about you. It cannot be taken back.</p>
        </div>
        <Button look="quiet" pending={busy?.task === 'erase'} onPress={() => setAsks(true)}>
          {label}
        </Button>
        <Trouble account={account} tasks={['erase']} onProve={onProve} />
      </section>
      <EraseDialog
        kind={kind}
        open={asks}
        onClose={() => setAsks(false)}
        onErase={() => {
          setAsks(false);
          account.send({ type: 'ask', errand: { task: 'erase' } });
        }}
      />
    </>
  );
}

export interface TroubleProps {
  readonly account: Account;
  /** Which errands stand here. */
  readonly tasks: readonly Task[];
  readonly onProve: () => void;
}

/** What went wrong with an errand, where it was asked for, and the way on. */
export function Trouble({ account, tasks, onProve }: TroubleProps): ReactNode {
  const { trouble } = useRunner(account);
  if (trouble === undefined || !tasks.includes(trouble.task)) return null;
  if (!wantsProof(trouble.problem)) return <ProblemNotice problem={trouble.problem} text={errandText} />;
  return (
    <Notice>
      <p>We have to be sure that it is you. Sign in by mail once more, then come back here.</p>
      <Button look="quiet" onPress={onProve}>
        Sign in by mail
      </Button>
    </Notice>
  );
}
