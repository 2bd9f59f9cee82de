import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ClientFrame, ModeName, Queue, StateName } from '@/protocol/messages';

/** Whom somebody wants to meet. */
export interface MatchWish {
  /** Whose wish it is, as the server told us: saying it spares the server a look. */
  readonly userId?: string;
  readonly tags: readonly string[];
  readonly language?: string;
  readonly mode: ModeName;
}

export interface MatchingState {
  /**
   * `joining`: we want to wait and the server has not said so yet. `leaving`: we do not, and it has not
   * confirmed that yet; until then a match may still come and is declined.
   */
  readonly phase: 'idle' | 'joining' | 'waiting' | 'leaving';
  readonly wish: MatchWish;
  /** As the server measured them; absent until it has. */
  readonly numbers?: Queue;
  readonly waitingSinceMs?: number;
  /** The call that is left for the next person, while the server has not said so yet. */
  readonly from?: string;
  readonly problem?: Problem;
}

export type MatchingEvent =
  | { readonly type: 'join'; readonly wish: MatchWish; readonly nowMs: number }
  /** End the call and wait again, in one step of the server. */
  | { readonly type: 'next'; readonly from: string; readonly nowMs: number }
  /** The match did not come about and the server puts us back by itself; should it not, we ask. */
  | { readonly type: 'requeued'; readonly nowMs: number }
  | { readonly type: 'cancel' }
  /** Another page took over: nothing here waits any more. */
  | { readonly type: 'reset' }
  | {
      readonly type: 'connected';
      readonly userId: string;
      readonly server: StateName;
      readonly sessionId?: string;
      readonly numbers?: Queue;
      readonly nowMs: number;
    }
  | { readonly type: 'queued'; readonly numbers: Queue; readonly nowMs: number }
  | { readonly type: 'numbers'; readonly numbers: Queue }
  | { readonly type: 'left' }
  | { readonly type: 'matched'; readonly sessionId: string }
  | { readonly type: 'refused'; readonly id: string; readonly problem: Problem }
  /** Signing in failed for good, so nobody can wait. */
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'retry-due' };

export type MatchingEffect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'connect' }
  | { readonly type: 'retry-in'; readonly ms: number }
  | { readonly type: 'retry-off' }
  /** The match is wanted: the call may begin. */
  | { readonly type: 'accept'; readonly sessionId: string };

type MatchingStep = Step<MatchingState, MatchingEffect>;

/** Ids of the frames whose answer matters here. */
export const JOIN_ID = 'join';
export const NEXT_ID = 'next';

const RETRY_AFTER_MS = 3000;

export function matchingIdle(wish: MatchWish): MatchingState {
  return { phase: 'idle', wish };
}

export function reduceMatching(state: MatchingState, event: MatchingEvent): MatchingStep {
  switch (event.type) {
    case 'join':
      return join(state, event.wish, event.nowMs);
    case 'next':
      return step({ ...joining(state.wish, event.nowMs), from: event.from }, { type: 'connect' }, send(nextFrame(event.from)));
    case 'requeued':
      return step(joining(state.wish, event.nowMs), { type: 'retry-in', ms: RETRY_AFTER_MS });
    case 'cancel':
      return cancel(state);
    case 'reset':
      return state.phase === 'idle' ? step(state) : step(matchingIdle(state.wish), { type: 'retry-off' });
    case 'connected':
      return connected({ ...state, wish: { ...state.wish, userId: event.userId } }, event);
    case 'queued':
      return queued(state, event.numbers, event.nowMs);
    case 'numbers':
      return state.phase === 'waiting' ? step({ ...state, numbers: event.numbers }) : step(state);
    case 'left':
      return left(state);
    case 'matched':
      return matched(state, event.sessionId);
    case 'refused':
      return refused(state, event.id, event.problem);
    case 'failed':
      return step({ ...matchingIdle(state.wish), problem: event.problem }, { type: 'retry-off' });
    case 'retry-due':
      return state.phase === 'joining' ? step(state, { type: 'connect' }, send(askFrame(state))) : step(state);
    default:
      return event satisfies never;
  }
}

function join({ wish: { userId } }: MatchingState, wish: MatchWish, nowMs: number): MatchingStep {
  const own = { ...wish, ...(userId !== undefined && { userId }) };
  return step(joining(own, nowMs), { type: 'connect' }, send(joinFrame(own)));
}

function joining(wish: MatchWish, nowMs: number): MatchingState {
  return { phase: 'joining', wish, waitingSinceMs: nowMs };
}

function cancel(state: MatchingState): MatchingStep {
  if (state.phase === 'idle' || state.phase === 'leaving') return step(state);
  return step({ phase: 'leaving', wish: state.wish }, { type: 'retry-off' }, send(LEAVE_FRAME));
}

/** The socket is new: whatever was said into the old one may be lost, so wish and truth are compared. */
function connected(state: MatchingState, event: MatchingEvent & { type: 'connected' }): MatchingStep {
  const { server, sessionId, numbers, nowMs } = event;
  switch (state.phase) {
    case 'idle':
      return server === 'waiting' ? waiting(state, numbers, nowMs) : step(state);
    case 'joining':
    case 'waiting':
      if (server === 'waiting') return waiting(state, numbers, nowMs);
      if (server === 'idle') return step({ ...state, phase: 'joining' }, send(joinFrame(state.wish)));
      // Only the call that was to be left is left: another one is the next person already.
      return state.from !== undefined && state.from === sessionId
        ? step(state, send(nextFrame(state.from)))
        : step(matchingIdle(state.wish), { type: 'retry-off' });
    case 'leaving':
      return server === 'waiting' ? step(state, send(LEAVE_FRAME)) : step(matchingIdle(state.wish));
    default:
      return state.phase satisfies never;
  }
}

/** The server took us out: as we asked, or because nothing was heard of this page while it slept. */
function left(state: MatchingState): MatchingStep {
  if (state.phase === 'leaving') return step(matchingIdle(state.wish));
  return state.phase === 'waiting' ? step({ ...state, phase: 'joining' }, send(joinFrame(state.wish))) : step(state);
}

/** Frames come in any order: who is in a call already hears here of a wait that is over. */
function queued(state: MatchingState, numbers: Queue, nowMs: number): MatchingStep {
  return state.phase === 'leaving' || state.phase === 'idle' ? step(state) : waiting(state, numbers, nowMs);
}

function waiting(state: MatchingState, numbers: Queue | undefined, nowMs: number): MatchingStep {
  const known = numbers ?? state.numbers;
  const waitingSinceMs = state.waitingSinceMs ?? nowMs;
  return step(
    { phase: 'waiting', wish: state.wish, waitingSinceMs, ...(known && { numbers: known }) },
    { type: 'retry-off' },
  );
}

/** Who pressed Cancel a moment before the match does not want it any more. */
function matched(state: MatchingState, sessionId: string): MatchingStep {
  if (state.phase === 'leaving') return step(matchingIdle(state.wish), send({ action: 'end-call', data: { sessionId } }));
  return step(matchingIdle(state.wish), { type: 'retry-off' }, { type: 'accept', sessionId });
}

function refused(state: MatchingState, id: string, problem: Problem): MatchingStep {
  if (state.phase !== 'joining' || (id !== JOIN_ID && id !== NEXT_ID)) return step(state);
  switch (problem.code) {
    case 'already_in_queue':
      return step({ ...state, phase: 'waiting' });
    case 'not_in_session':
    case 'gone':
    case 'not_found':
      return id === NEXT_ID ? step(state, send(joinFrame(state.wish))) : again(state, problem);
    case 'conflict':
    case 'rate_limited':
    case 'unavailable':
    case 'internal':
    case 'offline':
      return again(state, problem);
    case 'banned':
    case 'forbidden':
    case 'invalid_request':
    case 'too_large':
    case 'unauthorized':
      return step({ ...matchingIdle(state.wish), problem });
    default:
      return problem.code satisfies never;
  }
}

function again(state: MatchingState, problem: Problem): MatchingStep {
  const ms = problem.retryAfterSeconds === undefined ? RETRY_AFTER_MS : problem.retryAfterSeconds * 1000;
  return step({ ...state, problem }, { type: 'retry-in', ms });
}

function send(frame: ClientFrame): MatchingEffect {
  return { type: 'send', frame };
}

const LEAVE_FRAME: ClientFrame = { action: 'leave-queue', data: {} };

function nextFrame(sessionId: string): ClientFrame {
  return { action: 'next', id: NEXT_ID, data: { sessionId } };
}

/** Who wants the next person is in a call until the server has said otherwise. */
function askFrame({ wish, from }: MatchingState): ClientFrame {
  return from === undefined ? joinFrame(wish) : nextFrame(from);
}

function joinFrame({ userId, tags, language, mode }: MatchWish): ClientFrame {
  const data = { ...(userId !== undefined && { userId }), tags: [...tags], mode, ...(language !== undefined && { language }) };
  return { action: 'join-queue', id: JOIN_ID, data };
}
