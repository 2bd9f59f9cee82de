import type { Conductor } from './conductor';

import { isAccount } from '@/features/sign-in/machine';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

/** Who somebody is here, as header and account page show it. */
export interface Standing {
  /** `returning`: the account of this browser is being asked for. `away`: it could not be asked for yet. */
  readonly kind: 'account' | 'guest' | 'nobody' | 'returning' | 'away';
  readonly nickname: string;
  readonly email: string | undefined;
}

export function useStanding(conductor: Conductor): Standing {
  const state = useRunner(conductor.signIn);
  const { own } = useRunner(conductor.account);
  const { nickname: typed } = useValue(conductor.preferences);
  const present = state.phase === 'returning' ? state.before : state;
  if (present?.phase !== 'in') {
    const away = isAccount(state) ? 'away' : 'nobody';
    return { kind: state.phase === 'returning' ? 'returning' : away, nickname: typed, email: undefined };
  }
  const { visitor } = present;
  const nickname = own?.nickname ?? (visitor.nickname === '' ? typed : visitor.nickname);
  return { kind: isAccount(present) ? 'account' : 'guest', nickname, email: own?.email };
}
