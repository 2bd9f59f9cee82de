import { deskProblemText } from './core/words';
import type { Task } from './machine';
import type { Moderation } from './moderation';

import { ProblemNotice } from '@/components/ui/notice';
import { useRunner } from '@/lib/use-runner';

/** What went wrong, where it was asked for. */
export function DeskTrouble({ moderation, task }: { readonly moderation: Moderation; readonly task: Task }) {
  const problem = useRunner(moderation).trouble[task];
  if (problem === undefined) return null;
  return (
    <ProblemNotice problem={problem} text={deskProblemText}>
      {(problem.code === 'forbidden' || problem.code === 'unauthorized') && <a href="/">To the start, to sign in by mail</a>}
    </ProblemNotice>
  );
}
