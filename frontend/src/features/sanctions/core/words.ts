import type { Bar } from '../machine';

import { problemTextWith, type Problem } from '@/lib/core/problem';
import { reasonText } from '@/lib/core/reasons';
import { inSentence, untilText, whenText } from '@/lib/core/when-text';

export interface BarText {
  readonly title: string;
  readonly detail: string;
}

/** What holds, until when and why; or that it holds no more. */
export function barText({ sanction, until, over }: Bar, nowMs: number): BarText {
  if (over === 'lifted') return { title: 'Your appeal was granted', detail: 'It is lifted. You can meet people again, and we are sorry for the wait.' };
  if (over === 'past') return { title: 'It is over', detail: 'You can meet people again. Be kind, and it stays that way.' };
  const word = sanction?.action === 'suspend' ? 'suspended' : 'banned';
  const when = until === undefined ? '' : ` until ${untilText(until, nowMs)}`;
  const unknown = 'You cannot meet people for now. If you have done nothing: somebody who was banned has used this device or this e-mail address.';
  const why = sanction === undefined ? unknown : `A moderator looked at a report about you. The reason: ${reasonText(sanction.reason)}.`;
  return { title: `You are ${word}${when}`, detail: why };
}

/** What became of the appeal, where there is one. */
export function appealText(appeal: string | undefined): string | undefined {
  if (appeal === 'open') return 'Your appeal is with a moderator: one who did not decide this. The answer shows up here.';
  if (appeal === 'rejected') return 'A second moderator has looked at your appeal, and the decision stands.';
  return undefined;
}

/** Said once by a moderator, without anything else. */
export function warningText(reason: string): string {
  return `Somebody reported a call with you, and a moderator agreed. The reason: ${reasonText(reason)}. Please be kind: next time you may be suspended.`;
}

export function sinceText(createdAt: number, nowMs: number): string {
  return `Decided ${inSentence(whenText(createdAt, nowMs))}`;
}

/** Why an appeal was not taken. */
export function appealProblemText(problem: Problem): string {
  const own = {
    conflict: 'You have appealed against this already. The answer shows up here.',
    gone: 'It holds no more, so there is nothing to appeal against.',
    not_found: 'That decision is not there any more.',
    offline: 'Speed Connect cannot be reached. Check your connection and send it again.',
    unauthorized: 'You are not signed in any more. Sign in again to appeal.',
  };
  return problemTextWith(own, problem);
}
