import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** A link that was asked for and not yet opened; the tab remembers it over a reload. */
export interface Pending {
  readonly email: string;
  readonly askedAtMs: number;
}

export interface Asking {
  readonly phase: 'address';
  readonly email: string;
  readonly sending: boolean;
  readonly problem?: Problem;
}

export interface Sent {
  readonly phase: 'sent';
  /** Put away, the tab still waits for its link. */
  readonly shown: boolean;
  readonly email: string;
  /** From when on another mail may be asked for. */
  readonly againAtMs: number;
  readonly busy?: 'code' | 'again';
  readonly trouble?: { readonly about: 'code' | 'again'; readonly problem: Problem };
  /** How often it was asked for again, so that each time can be told. */
  readonly repeats: number;
}

export type MailState = { readonly phase: 'closed'; readonly email: string } | Asking | Sent;

export type MailEvent =
  | { readonly type: 'open'; readonly email?: string }
  | { readonly type: 'close' }
  | { readonly type: 'restored'; readonly pending: Pending; readonly nowMs: number }
  | { readonly type: 'ask'; readonly email: string }
  | { readonly type: 'asked'; readonly nowMs: number }
  | { readonly type: 'ask-refused'; readonly problem: Problem; readonly nowMs: number }
  | { readonly type: 'again'; readonly nowMs: number }
  /** Another address, please. */
  | { readonly type: 'back' }
  | { readonly type: 'try'; readonly code: string }
  | { readonly type: 'code-refused'; readonly problem: Problem }
  /** Somebody is in, by this code or by the link in another tab. */
  | { readonly type: 'entered' };

export type MailEffect =
  | { readonly type: 'ask'; readonly email: string }
  | { readonly type: 'try'; readonly email: string; readonly code: string }
  | { readonly type: 'keep'; readonly pending: Pending }
  | { readonly type: 'forget' };

type MailStep = Step<MailState, MailEffect>;

export const NO_MAIL: MailState = { phase: 'closed', email: '' };

/** So long between two mails to the same address. */
export const AGAIN_MS = 60_000;
/** So long a link is good. */
export const LINK_LIFE_MS = 600_000;

export function reduceMail(state: MailState, event: MailEvent): MailStep {
  switch (event.type) {
    case 'open':
      return open(state, event.email);
    case 'close':
      if (state.phase === 'sent') return step({ ...state, shown: false });
      return step({ phase: 'closed', email: state.email });
    case 'restored':
      return restored(event.pending, event.nowMs);
    case 'ask':
      return state.phase === 'address' && !state.sending ? ask(event.email) : step(state);
    case 'asked':
      return asked(state, event.nowMs);
    case 'ask-refused':
      return askRefused(state, event.problem, event.nowMs);
    case 'again':
      if (state.phase !== 'sent' || state.busy !== undefined || event.nowMs < state.againAtMs) return step(state);
      return step({ ...untroubled(state), busy: 'again' }, { type: 'ask', email: state.email });
    case 'back':
      if (state.phase !== 'sent') return step(state);
      return step({ phase: 'address', email: state.email, sending: false }, { type: 'forget' });
    case 'try':
      return tryCode(state, event.code);
    case 'code-refused':
      if (state.phase !== 'sent' || state.busy !== 'code') return step(state);
      return step({ ...untroubled(state), trouble: { about: 'code', problem: event.problem } });
    case 'entered':
      return state.phase === 'closed' ? step(state) : step(NO_MAIL, { type: 'forget' });
    default:
      return event satisfies never;
  }
}

/** Who waits for a mail to another address asks for that one anew. */
function open(state: MailState, email: string | undefined): MailStep {
  if (state.phase === 'sent' && (email === undefined || email === state.email)) return step({ ...state, shown: true });
  if (state.phase === 'address' && state.sending) return step(state);
  return step({ phase: 'address', email: email ?? state.email, sending: false });
}

function restored({ email, askedAtMs }: Pending, nowMs: number): MailStep {
  if (nowMs - askedAtMs >= LINK_LIFE_MS) return step(NO_MAIL, { type: 'forget' });
  return step({ phase: 'sent', shown: true, email, againAtMs: askedAtMs + AGAIN_MS, repeats: 0 });
}

function ask(email: string): MailStep {
  return step({ phase: 'address', email, sending: true }, { type: 'ask', email });
}

function asked(state: MailState, nowMs: number): MailStep {
  const sending = state.phase === 'address' && state.sending;
  const again = state.phase === 'sent' && state.busy === 'again';
  // Closed while it was on its way: it is in the mail all the same.
  if (!sending && !again) return step(state);
  const { email } = state;
  const repeats = again ? state.repeats + 1 : 0;
  const shown = again ? state.shown : true;
  return step({ phase: 'sent', shown, email, againAtMs: nowMs + AGAIN_MS, repeats }, { type: 'keep', pending: { email, askedAtMs: nowMs } });
}

function askRefused(state: MailState, problem: Problem, nowMs: number): MailStep {
  if (state.phase === 'address' && state.sending) return step({ ...state, sending: false, problem });
  if (state.phase !== 'sent' || state.busy !== 'again') return step(state);
  const waitMs = (problem.retryAfterSeconds ?? 0) * 1000;
  return step({ ...untroubled(state), againAtMs: nowMs + waitMs, trouble: { about: 'again', problem } });
}

function tryCode(state: MailState, code: string): MailStep {
  if (state.phase !== 'sent' || state.busy !== undefined) return step(state);
  return step({ ...untroubled(state), busy: 'code' }, { type: 'try', email: state.email, code });
}

/** Nothing under way, nothing wrong. */
function untroubled({ phase, shown, email, againAtMs, repeats }: Sent): Sent {
  return { phase, shown, email, againAtMs, repeats };
}
