import type { Account } from './account';
import { Trouble } from './privacy-view';

import { Button } from '@/components/ui/button';
import { useRunner } from '@/lib/use-runner';

export interface LogOutViewProps {
  readonly account: Account;
  readonly kind: 'account' | 'guest';
  readonly onProve: () => void;
}

/** The ways out. A guest is in this tab alone. */
export function LogOutView({ account, kind, onProve }: LogOutViewProps) {
  const { busy } = useRunner(account);
  return (
    <div className="account-out">
      <Trouble account={account} tasks={['log-out', 'log-out-everywhere']} onProve={onProve} />
      <div className="account-out-ways">
        <Button look="quiet" pending={busy?.task === 'log-out'} onPress={() => account.send({ type: 'ask', errand: { task: 'log-out' } })}>
          Log out
        </Button>
        {kind === 'account' && (
          <Button
            look="quiet"
            pending={busy?.task === 'log-out-everywhere'}
            onPress={() => account.send({ type: 'ask', errand: { task: 'log-out-everywhere' } })}
          >
            Log out everywhere
          </Button>
        )}
      </div>
    </div>
  );
}
