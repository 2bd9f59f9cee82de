import { overOf, type Over, type RematchState } from '../machine';

import { problemTextWith, type Problem } from '@/lib/core/problem';

export const BOTH = 'You both wanted to meet again';

/** What is told about meeting somebody again, beside the button; nothing where there is nothing to tell. */
export function rematchText(state: RematchState, { sessionId, nickname }: Pick<Over, 'sessionId' | 'nickname'>): string {
  if (!('over' in state) || state.over.sessionId !== sessionId) return `${nickname} will not know unless they ask too.`;
  switch (state.phase) {
    case 'asking':
      return `Waiting for ${nickname} to ask too`;
    case 'met':
      return `${BOTH}. Connecting to ${nickname}…`;
    case 'late':
      return 'The two minutes for meeting again are over.';
    case 'refused':
      return refusalText(state.problem);
    default:
      return state satisfies never;
  }
}

/** What is read out: what has become of the ask, and not that one can ask. */
export function spokenText(state: RematchState, over: Pick<Over, 'sessionId' | 'nickname'>): string | undefined {
  return overOf(state)?.sessionId === over.sessionId ? rematchText(state, over) : undefined;
}

function refusalText(problem: Problem): string {
  const late = 'It is too late to meet again.';
  const own = {
    gone: late,
    not_found: late,
    not_in_session: late,
    conflict: problem.message === '' ? 'That cannot be asked at the moment.' : problem.message,
    unauthorized: 'Speed Connect has lost sight of you, and of that call.',
    unavailable: 'It did not work out this time.',
  };
  return problemTextWith(own, problem);
}
