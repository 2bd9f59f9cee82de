import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** What has become of the link by which the page was opened. */
export type LinkState =
  | { readonly phase: 'none' }
  /** Something on the way cut the token off. */
  | { readonly phase: 'incomplete' }
  | { readonly phase: 'opening'; readonly token: string }
  /** Another browser asked for it: there, this code does. */
  | { readonly phase: 'elsewhere'; readonly code: string }
  | { readonly phase: 'over' }
  | { readonly phase: 'trouble'; readonly token: string; readonly problem: Problem };

export type LinkEvent =
  | { readonly type: 'open'; readonly token?: string }
  | { readonly type: 'entered' }
  | { readonly type: 'elsewhere'; readonly code: string }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'again' }
  | { readonly type: 'leave' };

export type LinkEffect = { readonly type: 'redeem'; readonly token: string };

type LinkStep = Step<LinkState, LinkEffect>;

export const NO_LINK: LinkState = { phase: 'none' };

/** Nothing here asks for anything by itself: who opens a link may be a scanner, which presses every button. */
export function reduceLink(state: LinkState, event: LinkEvent): LinkStep {
  switch (event.type) {
    case 'open':
      return event.token === undefined ? step({ phase: 'incomplete' }) : redeem(event.token);
    case 'entered':
      return state.phase === 'opening' ? step(NO_LINK) : step(state);
    case 'elsewhere':
      return state.phase === 'opening' ? step({ phase: 'elsewhere', code: event.code }) : step(state);
    case 'refused':
      return state.phase === 'opening' ? step(refused(state.token, event.problem)) : step(state);
    case 'again':
      return state.phase === 'trouble' ? redeem(state.token) : step(state);
    case 'leave':
      // A code that is shown is the last word of this page.
      return state.phase === 'elsewhere' ? step(state) : step(NO_LINK);
    default:
      return event satisfies never;
  }
}

function redeem(token: string): LinkStep {
  return step({ phase: 'opening', token }, { type: 'redeem', token });
}

function refused(token: string, problem: Problem): LinkState {
  switch (problem.code) {
    case 'offline':
    case 'unavailable':
    case 'internal':
    case 'rate_limited':
    case 'conflict':
    case 'banned':
    case 'forbidden':
      return { phase: 'trouble', token, problem };
    default:
      return { phase: 'over' };
  }
}
