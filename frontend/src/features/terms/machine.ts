import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** What somebody wanted who was asked first. */
export type Wanted = 'start' | 'talk';

export type TermsState =
  | { readonly phase: 'closed' }
  | { readonly phase: 'asking'; readonly wanted: Wanted; readonly busy: boolean; readonly problem?: Problem };

export type TermsEvent =
  | { readonly type: 'ask'; readonly wanted: Wanted }
  | { readonly type: 'close' }
  | { readonly type: 'agree' }
  | { readonly type: 'agreed' }
  | { readonly type: 'refused'; readonly problem: Problem };

export type TermsEffect =
  /** The server is told where it knows who agrees; who is not in yet is told of as they come in. */
  | { readonly type: 'tell' }
  | { readonly type: 'go-on' };

export const NOT_ASKED: TermsState = { phase: 'closed' };

/** Agreeing goes on with what was wanted; putting it away wants nothing any more. */
export function reduceTerms(state: TermsState, event: TermsEvent): Step<TermsState, TermsEffect> {
  switch (event.type) {
    case 'ask':
      return state.phase === 'asking' ? step(state) : step({ phase: 'asking', wanted: event.wanted, busy: false });
    case 'close':
      return state.phase === 'asking' && !state.busy ? step(NOT_ASKED) : step(state);
    case 'agree':
      if (state.phase !== 'asking' || state.busy) return step(state);
      return step<TermsState, TermsEffect>({ phase: 'asking', wanted: state.wanted, busy: true }, { type: 'tell' });
    case 'agreed':
      return state.phase === 'asking' ? step<TermsState, TermsEffect>(NOT_ASKED, { type: 'go-on' }) : step(state);
    case 'refused':
      return state.phase === 'asking' ? step({ ...state, busy: false, problem: event.problem }) : step(state);
    default:
      return event satisfies never;
  }
}
