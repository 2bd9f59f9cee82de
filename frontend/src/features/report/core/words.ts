import type { Complaint } from '../machine';

import { problemTextWith, type Problem } from '@/lib/core/problem';

/** A report can be made until a day after the call. */
export const REPORT_WITHIN_MS = 86_400_000;

/** Why a report was not taken. */
export function reportProblemText(problem: Problem): string {
  const own = {
    offline: 'Speed Connect cannot be reached. Check your connection, then pick the reason again. You can leave the call meanwhile: the report is possible for a day.',
    not_found: 'That call is more than a day ago, or was not yours. It cannot be reported any more.',
    gone: 'That call is more than a day ago. It cannot be reported any more.',
    unauthorized: 'You are not signed in any more, so we cannot tell who reports.',
    ...(problem.message !== '' && { rate_limited: problem.message, unavailable: problem.message }),
  };
  return problemTextWith(own, problem);
}

/** What is said when it is done. */
export function thanksText({ about, block }: Pick<Complaint, 'about' | 'block'>): string {
  const meet = block ? `You will not meet ${about.nickname} again.` : `You will not meet ${about.nickname} again during this visit.`;
  return `Thank you for telling us. A moderator will look at it. ${meet}`;
}
