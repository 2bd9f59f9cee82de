import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** Somebody who is in, as this tab knows them: a guest, or the account of this browser. */
export interface Visitor {
  readonly userId: string;
  /** Empty while it is not known. */
  readonly nickname: string;
  readonly accessToken: string;
  /** Unix milliseconds, by our clock. */
  readonly expiresAtMs: number;
  readonly account?: true;
  readonly hideIp?: boolean;
  /** To which version of the terms the server knows them to have agreed. */
  readonly agreed?: number;
}

export interface Wish {
  readonly nickname?: string;
  readonly tags: readonly string[];
  readonly language?: string;
  readonly hideIp?: boolean;
}

/** Why somebody is in no more: by their own hand here or in another tab, because all was erased, or by the server. */
export type Parting = 'signed-out' | 'elsewhere' | 'erased' | 'expired';

export interface In {
  readonly phase: 'in';
  readonly visitor: Visitor;
  readonly wish: Wish;
  readonly renewing: boolean;
}

export interface Out {
  readonly phase: 'out';
  readonly problem?: Problem;
  readonly parting?: Parting;
  /** This browser is signed in by mail, but the server has not let this tab in yet. */
  readonly account?: true;
}

export type SignInState =
  | Out
  | { readonly phase: 'entering'; readonly wish: Wish }
  /** The account of this browser is asked for. `before`: who is in meanwhile, and stays in should it fail. */
  | { readonly phase: 'returning'; readonly wish?: Wish; readonly before?: In }
  | In;

export type SignInEvent =
  | { readonly type: 'restored'; readonly visitor: Visitor; readonly nowMs: number }
  | { readonly type: 'enter'; readonly wish: Wish }
  | { readonly type: 'entered'; readonly visitor: Visitor; readonly nowMs: number }
  | { readonly type: 'refused'; readonly problem: Problem }
  /** The browser is signed in by mail: come in as that account. */
  | { readonly type: 'return' }
  | { readonly type: 'return-refused'; readonly problem: Problem }
  /** The account is here, by a link, a code or the browser's cookie. */
  | { readonly type: 'arrived'; readonly visitor: Visitor; readonly nowMs: number }
  /** A valid token is needed now, or the present one was refused by the server. */
  | { readonly type: 'token-needed'; readonly nowMs: number; readonly refused: boolean }
  | { readonly type: 'renewal-due' }
  | { readonly type: 'renewed'; readonly visitor: Visitor; readonly nowMs: number }
  | { readonly type: 'renewal-refused'; readonly problem: Problem; readonly needed: boolean }
  /** What the server now holds of the profile. */
  | { readonly type: 'changed'; readonly userId: string; readonly nickname: string; readonly hideIp: boolean; readonly consent?: { readonly version: number } }
  /** The server has noted to which version of the terms they have agreed. */
  | { readonly type: 'agreed'; readonly userId: string; readonly version: number }
  | { readonly type: 'leave'; readonly parting: Parting };

export type SignInEffect =
  | { readonly type: 'login'; readonly wish: Wish }
  | { readonly type: 'return' }
  | { readonly type: 'renew'; readonly visitor: Visitor; readonly needed: boolean }
  | { readonly type: 'keep'; readonly visitor: Visitor }
  | { readonly type: 'forget' }
  | { readonly type: 'forget-account' }
  | { readonly type: 'renew-in'; readonly ms: number }
  | { readonly type: 'renew-off' };

type SignInStep = Step<SignInState, SignInEffect>;

export const SIGNED_OUT: SignInState = { phase: 'out' };

/** A token with less life than this is renewed before it is used. */
export const FRESH_MS = 30_000;
/** An unneeded renewal that failed is tried again after this. */
export const RENEW_AGAIN_MS = 30_000;

export function reduceSignIn(state: SignInState, event: SignInEvent): SignInStep {
  switch (event.type) {
    case 'restored':
      return welcome(event.visitor, { nickname: event.visitor.nickname, tags: [] }, event.nowMs);
    case 'enter':
      return enter(state, event.wish);
    case 'entered':
      return state.phase === 'entering' ? welcome(event.visitor, state.wish, event.nowMs) : step(state);
    case 'refused':
      return state.phase === 'entering' ? step({ phase: 'out', problem: event.problem }) : step(state);
    case 'return':
      return goBack(state);
    case 'return-refused':
      return state.phase === 'returning' ? returnRefused(state, event.problem) : step(state);
    case 'arrived':
      return welcome(event.visitor, nameless(state), event.nowMs);
    case 'token-needed':
      if (state.phase !== 'in' || (!event.refused && isFresh(state.visitor, event.nowMs))) return step(state);
      return renew(state, true);
    case 'renewal-due':
      return state.phase === 'in' ? renew(state, false) : step(state);
    case 'renewed':
      return state.phase === 'in' ? welcome(event.visitor, state.wish, event.nowMs) : step(state);
    case 'renewal-refused':
      return state.phase === 'in' ? renewalRefused(state, event.problem, event.needed) : step(state);
    case 'changed':
      return changed(state, event);
    case 'agreed': {
      if (state.phase !== 'in' || state.visitor.userId !== event.userId) return step(state);
      const visitor = { ...state.visitor, agreed: event.version };
      return step<SignInState, SignInEffect>({ ...state, visitor }, { type: 'keep', visitor });
    }
    case 'leave':
      return leave(state, event.parting);
    default:
      return event satisfies never;
  }
}

/** Whether the token may be used as it is. */
export function isFresh(visitor: Visitor, nowMs: number): boolean {
  return visitor.expiresAtMs - nowMs > FRESH_MS;
}

/** What the server has to be told before anybody is met: an account's name, a guest's wish to hide their address. */
export function owed(state: SignInState): { readonly nickname: string } | { readonly hideIp: boolean } | undefined {
  if (state.phase !== 'in') return undefined;
  const { visitor, wish } = state;
  if (visitor.account !== true) {
    return wish.hideIp === undefined || wish.hideIp === (visitor.hideIp ?? false) ? undefined : { hideIp: wish.hideIp };
  }
  const known = visitor.nickname !== '' && wish.nickname !== undefined;
  return known && wish.nickname !== visitor.nickname ? { nickname: wish.nickname } : undefined;
}

/** Whether the server knows them to have agreed to this version of the terms. */
export function hasAgreed(state: SignInState, version: number): boolean {
  return state.phase === 'in' && (state.visitor.agreed ?? 0) >= version;
}

/** Whether somebody is in of whom the server does not know that. */
export function owesConsent(state: SignInState, version: number | undefined): boolean {
  return state.phase === 'in' && version !== undefined && !hasAgreed(state, version);
}

/** The same name stays the same guest; another name is another guest. An account is the same under every name. */
function enter(state: SignInState, wish: Wish): SignInStep {
  if (state.phase === 'entering') return step(state);
  if (state.phase === 'returning') return step({ ...state, wish });
  if (state.phase === 'out' && state.account === true) return step({ phase: 'returning', wish }, { type: 'return' });
  if (state.phase === 'in') {
    const { visitor } = state;
    const same = wish.nickname === undefined || wish.nickname === visitor.nickname;
    if (visitor.account === true || same) return step({ ...state, wish });
  }
  return step({ phase: 'entering', wish }, { type: 'login', wish });
}

function goBack(state: SignInState): SignInStep {
  switch (state.phase) {
    case 'returning':
      return step(state);
    case 'in':
      return step({ phase: 'returning', wish: state.wish, before: { ...state, renewing: false } }, { type: 'return' });
    case 'entering':
      return step({ phase: 'returning', wish: state.wish }, { type: 'return' });
    case 'out':
      return step({ phase: 'returning' }, { type: 'return' });
    default:
      return state satisfies never;
  }
}

/** The server does not know the account here any more, or it cannot be asked: then it is asked for again later. */
function returnRefused({ before, wish }: SignInState & { phase: 'returning' }, problem: Problem): SignInStep {
  if (before !== undefined && before.visitor.account !== true) return step({ ...before, wish: wish ?? before.wish });
  if (isExpelled(problem)) return step({ phase: 'out', parting: 'expired' }, { type: 'forget-account' }, { type: 'renew-off' });
  if (before !== undefined) return step(before, { type: 'renew-in', ms: RENEW_AGAIN_MS });
  // Who has asked for nothing yet is not told of trouble.
  return step({ phase: 'out', account: true, ...(wish !== undefined && { problem }) });
}

/** Under which name the account goes is the account's to say. */
function nameless(state: SignInState): Wish {
  const wish = state.phase === 'out' ? undefined : state.wish;
  return { tags: wish?.tags ?? [], ...(wish?.language !== undefined && { language: wish.language }) };
}

function welcome(visitor: Visitor, wish: Wish, nowMs: number): SignInStep {
  const lifeMs = Math.max(0, visitor.expiresAtMs - nowMs);
  return step(
    { phase: 'in', visitor, wish, renewing: false },
    { type: 'keep', visitor },
    { type: 'renew-in', ms: Math.max(1000, lifeMs * 0.8) },
  );
}

function renew(state: In, needed: boolean): SignInStep {
  if (state.renewing) return step(state);
  return step({ ...state, renewing: true }, { type: 'renew', visitor: state.visitor, needed });
}

/**
 * Who is refused comes in as a new guest, but only when a token is needed: a call that is under way holds its
 * socket, and a new guest would lose it. An account never becomes a guest behind its owner's back.
 */
function renewalRefused(state: In, problem: Problem, needed: boolean): SignInStep {
  const still = { ...state, renewing: false };
  const again = step<SignInState, SignInEffect>(still, { type: 'renew-in', ms: RENEW_AGAIN_MS });
  if (!needed || isPassing(problem)) return again;
  if (state.visitor.account !== true) {
    return step({ phase: 'entering', wish: state.wish }, { type: 'forget' }, { type: 'login', wish: state.wish });
  }
  if (isExpelled(problem)) return leave(state, 'expired');
  if (problem.code !== 'banned' && problem.code !== 'forbidden') return again;
  return step({ phase: 'out', account: true, problem }, { type: 'renew-off' });
}

function changed(state: SignInState, { userId, nickname, hideIp, consent }: SignInEvent & { type: 'changed' }): SignInStep {
  if (state.phase !== 'in' || state.visitor.userId !== userId) return step(state);
  const visitor = { ...state.visitor, nickname, hideIp, ...(consent !== undefined && { agreed: consent.version }) };
  return step({ ...state, visitor }, { type: 'keep', visitor });
}

function leave(state: SignInState, parting: Parting): SignInStep {
  const out: SignInState = { phase: 'out', parting };
  return isAccount(state)
    ? step(out, { type: 'forget-account' }, { type: 'renew-off' })
    : step(out, { type: 'forget' }, { type: 'renew-off' });
}

/** Whether this tab is the account of its browser, or is about to be. */
export function isAccount(state: SignInState): boolean {
  switch (state.phase) {
    case 'in':
      return state.visitor.account === true;
    case 'returning':
      return true;
    case 'out':
      return state.account === true;
    case 'entering':
      return false;
    default:
      return state satisfies never;
  }
}

function isPassing({ code }: Problem): boolean {
  return code === 'offline' || code === 'unavailable' || code === 'rate_limited';
}

function isExpelled({ code }: Problem): boolean {
  return code === 'unauthorized';
}
