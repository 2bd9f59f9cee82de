import { problemTextWith, type Problem } from '@/lib/core/problem';

/** Why somebody was not blocked, or not let go. */
export function blocksProblemText(problem: Problem): string {
  const own = {
    not_found: 'That call is too long ago, or was not yours.',
    gone: 'That call is too long ago.',
    unauthorized: 'You are not signed in any more. Close this and come in again.',
    ...(problem.message !== '' && { rate_limited: problem.message }),
  };
  return problemTextWith(own, problem);
}
