import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** A guest as this tab knows it. */
export interface Guest {
  readonly userId: string;
  readonly nickname: string;
  readonly accessToken: string;
  /** Unix milliseconds, by our clock. */
  readonly expiresAtMs: number;
}

export interface Wish {
  readonly nickname?: string;
  readonly tags: readonly string[];
  readonly language?: string;
}

export type SignInState =
  | { readonly phase: 'out'; readonly problem?: Problem }
  | { readonly phase: 'entering'; readonly wish: Wish }
  | { readonly phase: 'in'; readonly guest: Guest; readonly wish: Wish; readonly renewing: boolean };

export type SignInEvent =
  | { readonly type: 'restored'; readonly guest: Guest; readonly nowMs: number }
  | { readonly type: 'enter'; readonly wish: Wish }
  | { readonly type: 'entered'; readonly guest: Guest; readonly nowMs: number }
  | { readonly type: 'refused'; readonly problem: Problem }
  /** A valid token is needed now, or the present one was refused by the server. */
  | { readonly type: 'token-needed'; readonly nowMs: number; readonly refused: boolean }
  | { readonly type: 'renewal-due' }
  | { readonly type: 'renewed'; readonly guest: Guest; readonly nowMs: number }
  | { readonly type: 'renewal-refused'; readonly problem: Problem; readonly needed: boolean };

export type SignInEffect =
  | { readonly type: 'login'; readonly wish: Wish }
  | { readonly type: 'renew'; readonly guest: Guest; readonly needed: boolean }
  | { readonly type: 'keep'; readonly guest: Guest }
  | { readonly type: 'forget' }
  | { readonly type: 'renew-in'; readonly ms: number };

type SignInStep = Step<SignInState, SignInEffect>;

export const SIGNED_OUT: SignInState = { phase: 'out' };

/** A token with less life than this is renewed before it is used. */
export const FRESH_MS = 30_000;
/** An unneeded renewal that failed is tried again after this. */
export const RENEW_AGAIN_MS = 30_000;

export function reduceSignIn(state: SignInState, event: SignInEvent): SignInStep {
  switch (event.type) {
    case 'restored':
      return welcome(event.guest, { nickname: event.guest.nickname, tags: [] }, event.nowMs);
    case 'enter':
      return enter(state, event.wish);
    case 'entered':
      return state.phase === 'entering' ? welcome(event.guest, state.wish, event.nowMs) : step(state);
    case 'refused':
      return state.phase === 'entering' ? step({ phase: 'out', problem: event.problem }) : step(state);
    case 'token-needed':
      if (state.phase !== 'in' || (!event.refused && isFresh(state.guest, event.nowMs))) return step(state);
      return renew(state, true);
    case 'renewal-due':
      return state.phase === 'in' ? renew(state, false) : step(state);
    case 'renewed':
      return state.phase === 'in' ? welcome(event.guest, state.wish, event.nowMs) : step(state);
    case 'renewal-refused':
      return state.phase === 'in' ? renewalRefused(state, event.problem, event.needed) : step(state);
    default:
      return event satisfies never;
  }
}

/** Whether the token may be used as it is. */
export function isFresh(guest: Guest, nowMs: number): boolean {
  return guest.expiresAtMs - nowMs > FRESH_MS;
}

/** The same name stays the same guest; another name is another guest, because a login always makes a new one. */
function enter(state: SignInState, wish: Wish): SignInStep {
  if (state.phase === 'entering') return step(state);
  if (state.phase === 'in' && (wish.nickname === undefined || wish.nickname === state.guest.nickname)) {
    return step({ ...state, wish });
  }
  return step({ phase: 'entering', wish }, { type: 'login', wish });
}

function welcome(guest: Guest, wish: Wish, nowMs: number): SignInStep {
  const lifeMs = Math.max(0, guest.expiresAtMs - nowMs);
  return step(
    { phase: 'in', guest, wish, renewing: false },
    { type: 'keep', guest },
    { type: 'renew-in', ms: Math.max(1000, lifeMs * 0.8) },
  );
}

function renew(state: SignInState & { phase: 'in' }, needed: boolean): SignInStep {
  if (state.renewing) return step(state);
  return step({ ...state, renewing: true }, { type: 'renew', guest: state.guest, needed });
}

/**
 * Who is refused comes in as a new guest, but only when a token is needed: a call that is under way holds its
 * socket, and a new guest would lose it.
 */
function renewalRefused(state: SignInState & { phase: 'in' }, problem: Problem, needed: boolean): SignInStep {
  const still = { ...state, renewing: false };
  if (problem.code === 'offline' || problem.code === 'unavailable' || problem.code === 'rate_limited' || !needed) {
    return step(still, { type: 'renew-in', ms: RENEW_AGAIN_MS });
  }
  return step({ phase: 'entering', wish: state.wish }, { type: 'forget' }, { type: 'login', wish: state.wish });
}
