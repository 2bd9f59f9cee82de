import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ClientFrame, ModeName } from '@/protocol/messages';

/** A call that is over, and whose partner may be met once more. */
export interface Over {
  readonly sessionId: string;
  readonly nickname: string;
  readonly mode: ModeName;
  /** Until when both may ask, in server time. */
  readonly until: number;
}

export type RematchState =
  | { readonly phase: 'none' }
  /** The partner is not told of it. `contested`: the server has once seen something else change at the same time. */
  | { readonly phase: 'asking'; readonly over: Over; readonly contested: boolean }
  /** The time has passed, and the partner has not asked. */
  | { readonly phase: 'late'; readonly over: Over }
  | { readonly phase: 'refused'; readonly over: Over; readonly problem: Problem }
  /** Both have asked; the call follows. `looked`: it is late, and the server was asked where we are. */
  | { readonly phase: 'met'; readonly over: Over; readonly looked: boolean }
  /** They are in the call; for a moment it is told why. */
  | { readonly phase: 'together' }
  /** Taken back; whatever has crossed that on its way is declined. */
  | { readonly phase: 'withdrawn' };

/** `now` is the server's time. */
export type RematchEvent =
  | { readonly type: 'ask'; readonly over: Over; readonly now: number }
  /** Not wanted any more. `told`: the server hears of it by what is said for another reason. */
  | { readonly type: 'withdraw'; readonly told: boolean }
  | { readonly type: 'acknowledged'; readonly id: string }
  | { readonly type: 'refused'; readonly id: string; readonly problem: Problem }
  /** The server has taken us out of wherever we were. */
  | { readonly type: 'left'; readonly now: number }
  | { readonly type: 'rematched'; readonly inCall: boolean }
  /** A call has begun, this one or another. */
  | { readonly type: 'begun' }
  /** A new socket: the server does not know any more what was asked through the old one. */
  | { readonly type: 'connected'; readonly inCall: boolean; readonly now: number }
  /** Another page speaks, or somebody else is in. */
  | { readonly type: 'forget' }
  | { readonly type: 'due'; readonly timer: RematchTimer; readonly now: number };

/** `repeat` asks again while no answer has come, `end` bounds each phase. */
export type RematchTimer = 'repeat' | 'end';

export type RematchEffect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'connect' }
  | { readonly type: 'timer'; readonly timer: RematchTimer; readonly ms: number }
  | { readonly type: 'timer-off'; readonly timer: RematchTimer }
  | { readonly type: 'timers-off' };

type RematchStep = Step<RematchState, RematchEffect>;

export const NO_REMATCH: RematchState = { phase: 'none' };

/** The id of the frame that asks. */
export const REMATCH_ID = 'rematch';
/** The contract gives both so long after the end. */
export const REMATCH_WITHIN_MS = 120_000;
/** Without an answer it is asked again. */
export const REPEAT_MS = 5000;
/** What has crossed our withdrawal on its way is here by then: an ask that was noted after it holds for as long. */
export const CROSSING_MS = REMATCH_WITHIN_MS;
/** The call follows sooner than this, or the server is asked for it. */
export const JOIN_LIMIT_MS = 6000;
/** So long it is told that they meet again. */
export const TOLD_MS = 8000;

export function reduceRematch(state: RematchState, event: RematchEvent): RematchStep {
  switch (event.type) {
    case 'ask':
      return ask({ phase: 'asking', over: event.over, contested: false }, event.now, { type: 'connect' });
    case 'withdraw':
      return withdraw(state, event.told);
    case 'acknowledged':
      return event.id === REMATCH_ID ? noted(state) : step(state);
    case 'refused':
      return event.id === REMATCH_ID && state.phase === 'asking' ? refused(state, event.problem) : step(state);
    case 'left':
      // Said of an older ask that was taken back, or of a place in the queue: this one was lost with it.
      return state.phase === 'asking' ? ask(state, event.now) : step(state);
    case 'rematched':
      return rematched(state, event.inCall);
    case 'begun':
      if (state.phase === 'met') return together();
      return state.phase === 'none' ? step(state) : done();
    case 'connected':
      return connected(state, event.inCall, event.now);
    case 'forget':
      return state.phase === 'none' ? step(state) : done();
    case 'due':
      return due(state, event.timer, event.now);
    default:
      return event satisfies never;
  }
}

/** Of which call that is over it speaks. */
export function overOf(state: RematchState): Over | undefined {
  return 'over' in state ? state.over : undefined;
}

/** Whether a call may begin by it at any moment. */
export function isAsking({ phase }: RematchState): boolean {
  return phase === 'asking' || phase === 'met';
}

/** The gateway promises no order: an ask that is noted after it was taken back is taken back once more. */
function noted(state: RematchState): RematchStep {
  const quiet: RematchEffect = { type: 'timer-off', timer: 'repeat' };
  if (state.phase !== 'withdrawn') return step<RematchState, RematchEffect>(state, quiet);
  return step<RematchState, RematchEffect>(state, quiet, { type: 'send', frame: { action: 'leave-queue', data: {} } });
}

type Asking = RematchState & { readonly phase: 'asking' };

function ask(state: Asking, now: number, ...before: readonly RematchEffect[]): RematchStep {
  const { over } = state;
  if (now >= over.until) return late(over);
  return step<RematchState, RematchEffect>(
    state,
    ...before,
    { type: 'send', frame: { action: 'rematch', id: REMATCH_ID, data: { sessionId: over.sessionId } } },
    { type: 'timer', timer: 'repeat', ms: REPEAT_MS },
    { type: 'timer', timer: 'end', ms: over.until - now },
  );
}

function withdraw(state: RematchState, told: boolean): RematchStep {
  if (state.phase === 'none' || state.phase === 'together' || state.phase === 'withdrawn') return step(state);
  const leaves = state.phase === 'asking' && !told;
  const frames: readonly RematchEffect[] = leaves ? [{ type: 'send', frame: { action: 'leave-queue', data: {} } }] : [];
  return step<RematchState, RematchEffect>(
    { phase: 'withdrawn' },
    { type: 'timer-off', timer: 'repeat' },
    ...frames,
    { type: 'timer', timer: 'end', ms: CROSSING_MS },
  );
}

function refused(state: Asking, problem: Problem): RematchStep {
  switch (problem.code) {
    case 'rate_limited':
    case 'unavailable':
    case 'internal':
    case 'offline':
      return again(state, problem);
    case 'conflict':
      // Somebody was quicker, or the server has not seen the end of the call yet.
      return state.contested ? over(state.over, problem) : again({ ...state, contested: true }, problem);
    case 'gone':
    case 'not_in_session':
    case 'not_found':
    case 'banned':
    case 'forbidden':
    case 'unauthorized':
    case 'already_in_queue':
    case 'invalid_request':
    case 'too_large':
      return over(state.over, problem);
    default:
      return problem.code satisfies never;
  }
}

function again(state: Asking, { retryAfterSeconds }: Problem): RematchStep {
  return step(state, { type: 'timer', timer: 'repeat', ms: retryAfterSeconds === undefined ? REPEAT_MS : retryAfterSeconds * 1000 });
}

function rematched(state: RematchState, inCall: boolean): RematchStep {
  switch (state.phase) {
    case 'asking':
    case 'late':
    case 'refused':
      return step(
        { phase: 'met', over: state.over, looked: false },
        { type: 'timer-off', timer: 'repeat' },
        { type: 'timer', timer: 'end', ms: JOIN_LIMIT_MS },
      );
    case 'none':
      // Frames come in any order: the call was quicker.
      return inCall ? together() : step(state);
    case 'met':
    case 'together':
    case 'withdrawn':
      return step(state);
    default:
      return state satisfies never;
  }
}

function connected(state: RematchState, inCall: boolean, now: number): RematchStep {
  if (state.phase === 'asking') return inCall ? done() : ask(state, now);
  if (state.phase !== 'met') return step(state);
  return inCall ? together() : over(state.over, NOT_COME);
}

function due(state: RematchState, timer: RematchTimer, now: number): RematchStep {
  switch (state.phase) {
    case 'asking':
      return timer === 'repeat' ? ask(state, now) : late(state.over);
    case 'met':
      if (state.looked) return over(state.over, NOT_COME);
      return step(
        { ...state, looked: true },
        { type: 'connect' },
        { type: 'send', frame: { action: 'hello', data: {} } },
        { type: 'timer', timer: 'end', ms: JOIN_LIMIT_MS },
      );
    case 'together':
    case 'withdrawn':
      return done();
    case 'none':
    case 'late':
    case 'refused':
      return step(state);
    default:
      return state satisfies never;
  }
}

const NOT_COME: Problem = { code: 'unavailable', message: '' };

function over(call: Over, problem: Problem): RematchStep {
  return step<RematchState, RematchEffect>({ phase: 'refused', over: call, problem }, { type: 'timers-off' });
}

function late(call: Over): RematchStep {
  return step<RematchState, RematchEffect>({ phase: 'late', over: call }, { type: 'timers-off' });
}

function together(): RematchStep {
  return step<RematchState, RematchEffect>({ phase: 'together' }, { type: 'timers-off' }, { type: 'timer', timer: 'end', ms: TOLD_MS });
}

function done(): RematchStep {
  return step<RematchState, RematchEffect>(NO_REMATCH, { type: 'timers-off' });
}
