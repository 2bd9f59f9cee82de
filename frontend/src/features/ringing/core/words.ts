import type { Why } from '../machine';

import { problemTextWith, type Problem } from '@/lib/core/problem';
import type { ModeName } from '@/protocol/messages';

export interface OverText {
  readonly title: string;
  readonly detail: string;
}

/** Why nobody talks, in words for who has rung. */
export function overText(name: string, why: Why, problem?: Problem): OverText {
  switch (why) {
    case 'busy':
      return { title: `${name} is busy`, detail: `${name} is in a call or about to meet somebody, and will see that you rang.` };
    case 'no-answer':
      return { title: `${name} did not answer`, detail: `${name} will see that you rang. Try again later.` };
    case 'declined':
      return { title: `${name} cannot talk now`, detail: 'Your call was declined. Try again another time.' };
    case 'refused':
      return { title: 'The call did not come about', detail: problem === undefined ? 'Try again in a moment.' : refusalText(name, problem) };
    default:
      return why satisfies never;
  }
}

function refusalText(name: string, problem: Problem): string {
  const own = {
    forbidden: `You can ring your friends only, and ${name} is none at the moment.`,
    unauthorized: 'Speed Connect has lost sight of you. Try again in a moment.',
    not_found: `${name} is not there any more.`,
  };
  return problemTextWith(own, problem);
}

/** What kind of call it is. */
export const MODE_TEXT: Readonly<Record<ModeName, string>> = { video: 'Video call', audio: 'Audio call', text: 'Text chat' };
