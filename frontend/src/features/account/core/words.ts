import { problemTextWith, type Problem } from '@/lib/core/problem';

/** Why an errand was not done. */
export function errandText(problem: Problem): string {
  const own = {
    unauthorized: 'You are not signed in any more. Close this and sign in again.',
    not_found: 'That did not work. Try again in a moment.',
    gone: 'That did not work. Try again in a moment.',
    conflict: 'Something else changed it at the same time. Try again.',
  };
  return problemTextWith(own, problem);
}

/** The server wants to be sure who asks. */
export function wantsProof(problem: Problem): boolean {
  return problem.code === 'forbidden';
}
