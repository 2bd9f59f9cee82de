import type { SignInEvent, SignInState } from './machine';

import type { Runner } from '@/lib/machine';
import { useRunner } from '@/lib/use-runner';

/** What the green room has to know about signing in. */
export function useSignIn(signIn: Runner<SignInState, SignInEvent>) {
  const state = useRunner(signIn);
  const problem = state.phase === 'out' ? state.problem : undefined;
  return { entering: state.phase === 'entering', problem };
}
