import { problemTextWith, type Problem } from '@/lib/core/problem';
import type { CallEntry } from '@/protocol/messages';

/** Why something about a friend was not done. */
export function friendsProblemText(problem: Problem): string {
  const own = {
    not_found: 'That is not there any more. The list is fresh now.',
    gone: 'That is not there any more. The list is fresh now.',
    unauthorized: 'You are not signed in any more. Close this and come in again.',
    ...(problem.code === 'rate_limited' && problem.message !== '' && { rate_limited: problem.message }),
  };
  return problemTextWith(own, problem);
}

/** What is said after asking; the server tells nobody more. */
export function askedText(nickname: string): string {
  return `Asked. If ${nickname} wants it too, you are friends.`;
}

/** How long, as short as a list wants it: "4 min 12 s", "1 h 5 min". */
export function lastedText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const parts = hours > 0 ? [`${hours} h`, minutes > 0 ? `${minutes} min` : ''] : [minutes > 0 ? `${minutes} min` : '', `${seconds % 60} s`];
  return parts.filter((part) => part !== '').join(' ');
}

/** What kind of call it was, and whether it came about. */
export function kindText({ kind, durationMs }: Pick<CallEntry, 'kind' | 'durationMs'>): string {
  if (kind === 'missed') return 'Missed';
  if (kind === 'unanswered') return 'No answer';
  return lastedText(durationMs);
}
