import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ClientFrame, ModeName } from '@/protocol/messages';

/** Who is rung, or rings. */
export interface Whom {
  readonly userId: string;
  readonly nickname: string;
  readonly mode: ModeName;
}

export interface Ring extends Whom {
  readonly callId: string;
  /** Server time. */
  readonly expiresAt: number;
}

/** Why a call did not come about, for who has rung. */
export type Why = 'busy' | 'no-answer' | 'declined' | 'refused';

/** A call that is not wanted any more, while the server has not confirmed it. */
export interface Drop {
  /** Absent while the server has not named the call yet. */
  readonly callId?: string;
  /** `call-cancel` of who has rung, `call-rejected` of who was rung. */
  readonly action: 'call-cancel' | 'call-rejected';
  /** The other may have answered in the same moment, or we before: then the call is ended as soon as it is there. */
  readonly ends: boolean;
}

/**
 * `asking`: the server has not said yet that it rings there. `answered`, for the caller, and `accepting`, for who was
 * rung: the call is on its way.
 */
export type RingState =
  | { readonly phase: 'none' }
  | { readonly phase: 'asking'; readonly whom: Whom }
  | { readonly phase: 'calling' | 'answered' | 'accepting'; readonly ring: Ring }
  | { readonly phase: 'incoming'; readonly ring: Ring; readonly muted: boolean }
  | { readonly phase: 'dropping'; readonly drop: Drop }
  | { readonly phase: 'over'; readonly whom: Whom; readonly why: Why; readonly problem?: Problem };

/** `now` is the server's time. */
export type RingEvent =
  | { readonly type: 'call'; readonly whom: Whom }
  | { readonly type: 'accept' }
  | { readonly type: 'decline' }
  /** The button of who has rung, or of who has accepted and thinks better of it. */
  | { readonly type: 'cancel' }
  | { readonly type: 'mute'; readonly muted: boolean }
  | { readonly type: 'close' }
  | { readonly type: 'rings'; readonly ring: Ring; readonly own: boolean; readonly now: number }
  | { readonly type: 'busy' }
  | { readonly type: 'answered'; readonly callId: string }
  | { readonly type: 'rejected'; readonly callId: string }
  | { readonly type: 'cancelled'; readonly callId: string }
  | { readonly type: 'timed-out'; readonly callId: string }
  | { readonly type: 'refused'; readonly id: string; readonly problem: Problem }
  /** The whole truth after a hello: whether it rings, and whether we are in a call. */
  | { readonly type: 'connected'; readonly ring?: Ring; readonly own: boolean; readonly inCall: boolean; readonly now: number }
  /** The call is there. */
  | { readonly type: 'joined' }
  /** Another page speaks for us. */
  | { readonly type: 'superseded' }
  /** Somebody else is in, or nobody. */
  | { readonly type: 'forget' }
  | { readonly type: 'due'; readonly now: number };

export type RingEffect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'connect' }
  | { readonly type: 'timer'; readonly ms: number }
  | { readonly type: 'timer-off' }
  /** Somebody has rung, and it is too late: `missed` by us, or `gone` when it was about to be answered. */
  | { readonly type: 'tell'; readonly what: 'missed' | 'gone'; readonly whom: Whom; readonly by: 'end' | 'time' };

type RingStep = Step<RingState, RingEffect>;

export const NO_RING: RingState = { phase: 'none' };

/** Ids of the frames whose answer matters here. */
export const CALL_ID = 'ring';
export const ACCEPT_ID = 'ring-accept';
export const DROP_ID = 'ring-drop';

/** The page ends by its own clock this long after the server should have. */
export const GRACE_MS = 2000;
/** Without an answer of the server for so long, nobody is rung. */
export const ASK_LIMIT_MS = 15_000;
/** A call that was answered is asked for anew after this. */
export const JOIN_LIMIT_MS = 6000;
const DROP_LIMIT_MS = 10_000;

export function reduceRinging(state: RingState, event: RingEvent): RingStep {
  switch (event.type) {
    case 'call':
    case 'accept':
    case 'decline':
    case 'cancel':
    case 'mute':
    case 'close':
      return pressed(state, event);
    case 'rings':
      return rings(state, event);
    case 'busy':
      return state.phase === 'asking' ? over(state.whom, 'busy') : dropped(state);
    case 'answered':
      return state.phase === 'calling' && state.ring.callId === event.callId
        ? step({ ...state, phase: 'answered' }, { type: 'timer', ms: JOIN_LIMIT_MS })
        : step(state);
    case 'rejected':
    case 'cancelled':
    case 'timed-out':
      return callIdOf(state) === event.callId ? ended(state, event.type) : step(state);
    case 'refused':
      return refused(state, event.id, event.problem);
    case 'connected':
      return connected(state, event);
    case 'joined':
      return state.phase === 'none' ? step(state) : done();
    case 'superseded':
      // Who is rung is rung on every page.
      return state.phase === 'none' || state.phase === 'incoming' ? step(state) : done();
    case 'forget':
      return state.phase === 'none' ? step(state) : done();
    case 'due':
      return due(state, event.now);
    default:
      return event satisfies never;
  }
}

/** Whether a friend is rung from here, or about to be talked to. */
export function isCalling(phase: RingState['phase']): boolean {
  return phase === 'asking' || phase === 'calling' || phase === 'answered' || phase === 'accepting';
}

/** Whether a call among friends that begins now is to be ended at once. */
export function endsAtOnce(state: RingState): boolean {
  return state.phase === 'dropping' && state.drop.ends;
}

export function callIdOf(state: RingState): string | undefined {
  if ('ring' in state) return state.ring.callId;
  return state.phase === 'dropping' ? state.drop.callId : undefined;
}

/** Whom it is about, as the screen names them. */
export function whomOf(state: RingState): Whom | undefined {
  if ('ring' in state) return state.ring;
  return 'whom' in state ? state.whom : undefined;
}

type Press = Extract<RingEvent, { readonly type: 'call' | 'accept' | 'decline' | 'cancel' | 'mute' | 'close' }>;

function pressed(state: RingState, event: Press): RingStep {
  switch (event.type) {
    case 'call':
      return state.phase === 'none' || state.phase === 'over' || state.phase === 'dropping' ? call(event.whom) : step(state);
    case 'accept':
      if (state.phase !== 'incoming') return step(state);
      return step({ phase: 'accepting', ring: state.ring }, { type: 'connect' }, acceptFrame(state.ring), { type: 'timer', ms: ASK_LIMIT_MS });
    case 'decline':
      return state.phase === 'incoming' ? drop({ callId: state.ring.callId, action: 'call-rejected', ends: false }) : step(state);
    case 'cancel':
      return cancel(state);
    case 'mute':
      return state.phase === 'incoming' ? step({ ...state, muted: event.muted }) : step(state);
    case 'close':
      return state.phase === 'over' ? done() : step(state);
    default:
      return event satisfies never;
  }
}

function call(whom: Whom): RingStep {
  return step({ phase: 'asking', whom }, { type: 'connect' }, callFrame(whom), { type: 'timer', ms: ASK_LIMIT_MS });
}

function cancel(state: RingState): RingStep {
  switch (state.phase) {
    case 'asking':
      return step({ phase: 'dropping', drop: { action: 'call-cancel', ends: true } }, { type: 'timer', ms: DROP_LIMIT_MS });
    case 'calling':
    case 'answered':
      return drop({ callId: state.ring.callId, action: 'call-cancel', ends: true });
    case 'accepting':
      return drop({ callId: state.ring.callId, action: 'call-rejected', ends: true });
    case 'none':
    case 'incoming':
    case 'dropping':
    case 'over':
      return step(state);
    default:
      return state satisfies never;
  }
}

/** Whoever does not speak for the person yet has to, so that the other is told at once. */
function drop(what: Drop): RingStep {
  const frames = what.callId === undefined ? [] : [dropFrame(what.callId, what.action)];
  return step<RingState, RingEffect>({ phase: 'dropping', drop: what }, { type: 'connect' }, ...frames, { type: 'timer', ms: DROP_LIMIT_MS });
}

function rings(state: RingState, { ring, own, now }: RingEvent & { type: 'rings' }): RingStep {
  if (!own) {
    const known = state.phase !== 'none' && callIdOf(state) === ring.callId;
    // Who rings, or is about to talk, is not rung.
    return known || isCalling(state.phase) ? step(state) : incoming(ring, now);
  }
  if (state.phase === 'asking') return calling(ring, now);
  // Nobody wants this call any more, or it is known.
  return callIdOf(state) === ring.callId && state.phase !== 'dropping'
    ? step(state)
    : drop({ callId: ring.callId, action: 'call-cancel', ends: true });
}

function calling(ring: Ring, now: number): RingStep {
  return step({ phase: 'calling', ring }, { type: 'timer', ms: untilOver(ring, now) });
}

function incoming(ring: Ring, now: number): RingStep {
  return step({ phase: 'incoming', ring, muted: false }, { type: 'timer', ms: untilOver(ring, now) });
}

function ended(state: RingState, how: 'rejected' | 'cancelled' | 'timed-out'): RingStep {
  switch (state.phase) {
    case 'calling':
    case 'answered':
      return how === 'cancelled' ? done() : over(state.ring, how === 'rejected' ? 'declined' : 'no-answer');
    case 'incoming':
      return done({ type: 'tell', what: 'missed', whom: state.ring, by: how === 'timed-out' ? 'time' : 'end' });
    case 'accepting':
      return done({ type: 'tell', what: 'gone', whom: state.ring, by: 'end' });
    case 'dropping':
      return done();
    case 'none':
    case 'asking':
    case 'over':
      return step(state);
    default:
      return state satisfies never;
  }
}

function refused(state: RingState, id: string, problem: Problem): RingStep {
  if (id === CALL_ID) return state.phase === 'asking' ? over(state.whom, 'refused', problem) : dropped(state);
  if (id === DROP_ID) return isFinal(problem) ? dropped(state) : step(state);
  if (id !== ACCEPT_ID || state.phase !== 'accepting') return step(state);
  if (problem.code === 'banned' || problem.code === 'forbidden') return over(state.ring, 'refused', problem);
  if (isFinal(problem)) return done({ type: 'tell', what: 'gone', whom: state.ring, by: 'end' });
  // Somebody changed something at the same time: a moment later the truth is asked for.
  return step(state, { type: 'timer', ms: GRACE_MS });
}

function isFinal({ code }: Problem): boolean {
  return code === 'gone' || code === 'not_found';
}

/** The server has never rung, or rings no more, and nobody minds. */
function dropped(state: RingState): RingStep {
  return state.phase === 'dropping' ? done() : step(state);
}

function connected(state: RingState, event: RingEvent & { type: 'connected' }): RingStep {
  const { ring, own, inCall, now } = event;
  if (state.phase === 'dropping') return dropsOn(state.drop, event);
  if (inCall) return state.phase === 'none' ? step(state) : done();
  if (ring !== undefined) {
    if (state.phase === 'accepting' && state.ring.callId === ring.callId) {
      return step(state, acceptFrame(ring), { type: 'timer', ms: JOIN_LIMIT_MS });
    }
    if (callIdOf(state) === ring.callId) return step(state);
    return own ? calling(ring, now) : incoming(ring, now);
  }
  switch (state.phase) {
    case 'asking':
      return step(state, callFrame(state.whom));
    case 'calling':
    case 'answered':
      return over(state.ring, 'no-answer');
    case 'incoming':
      return done({ type: 'tell', what: 'missed', whom: state.ring, by: 'end' });
    case 'accepting':
      return done({ type: 'tell', what: 'gone', whom: state.ring, by: 'end' });
    case 'none':
    case 'over':
      return step(state);
    default:
      return state satisfies never;
  }
}

/** What was said into the old socket may be lost: it is said again. */
function dropsOn({ callId, action }: Drop, { ring, own, now }: RingEvent & { type: 'connected' }): RingStep {
  if (ring === undefined) return done();
  if (callId === ring.callId || (callId === undefined && own)) {
    return drop({ callId: ring.callId, action: callId === undefined ? 'call-cancel' : action, ends: own });
  }
  return own ? calling(ring, now) : incoming(ring, now);
}

function due(state: RingState, now: number): RingStep {
  switch (state.phase) {
    case 'asking':
      return over(state.whom, 'refused', { code: 'offline', message: '' });
    case 'calling':
      return over(state.ring, 'no-answer');
    case 'incoming':
      return done({ type: 'tell', what: 'missed', whom: state.ring, by: 'time' });
    case 'answered':
    case 'accepting':
      return now > state.ring.expiresAt + JOIN_LIMIT_MS
        ? over(state.ring, 'refused', { code: 'unavailable', message: '' })
        : step(state, { type: 'connect' }, { type: 'send', frame: { action: 'hello', data: {} } }, { type: 'timer', ms: JOIN_LIMIT_MS });
    case 'dropping':
      return done();
    case 'none':
    case 'over':
      return step(state);
    default:
      return state satisfies never;
  }
}

function over(whom: Whom, why: Why, problem?: Problem): RingStep {
  const { userId, nickname, mode } = whom;
  return step({ phase: 'over', whom: { userId, nickname, mode }, why, ...(problem && { problem }) }, { type: 'timer-off' });
}

function done(...effects: readonly RingEffect[]): RingStep {
  return step<RingState, RingEffect>(NO_RING, { type: 'timer-off' }, ...effects);
}

function untilOver({ expiresAt }: Ring, now: number): number {
  return Math.max(0, expiresAt - now) + GRACE_MS;
}

function callFrame({ userId, mode }: Whom): RingEffect {
  return { type: 'send', frame: { action: 'call-request', id: CALL_ID, data: { to: userId, mode } } };
}

function acceptFrame({ callId }: Ring): RingEffect {
  return { type: 'send', frame: { action: 'call-accepted', id: ACCEPT_ID, data: { callId } } };
}

function dropFrame(callId: string, action: Drop['action']): RingEffect {
  return { type: 'send', frame: { action, id: DROP_ID, data: { callId } } };
}
