import { friendsProblemText } from './core/words';
import type { Friends } from './friends';
import { fateOf, type Errand } from './machine';

import { ProblemNotice } from '@/components/ui/notice';
import { useRunner } from '@/lib/use-runner';

/** Why an errand was not done, beside where it was asked for. */
export function Refusal({ friends, errand }: { readonly friends: Friends; readonly errand: Errand }) {
  const fate = fateOf(useRunner(friends), errand);
  return fate?.phase === 'refused' ? <ProblemNotice problem={fate.problem} text={friendsProblemText} /> : null;
}
