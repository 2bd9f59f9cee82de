import type { Features } from './conductor';
import type { World } from './world';

import { EXTEND_ID } from '@/features/call/machine';
import { recall } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import { wireProblem } from '@/lib/core/problem';
import { learnServerTime, type ServerTime } from '@/lib/core/server-time';
import type { Value } from '@/lib/value';
import type { ChatLine, Connected, Error as WireError, Matched, Pong, ServerFrame, SessionEnded } from '@/protocol/messages';

/** A hello that is refused as well is not repeated at once. */
const INTRODUCE_PAUSE_MS = 10_000;

export interface RouterContext {
  readonly world: World;
  readonly preferences: Value<Preferences>;
  readonly restoring: Value<boolean>;
  readonly serverTime: Value<ServerTime>;
  readonly serverNow: () => number;
}

export interface Router {
  /** Matching wants the match that was just routed to it. */
  readonly accept: (sessionId: string) => void;
}

/** Brings every frame of the server to the feature it concerns. */
export function createRouter(features: Features, context: RouterContext): Router {
  const { matching, call, chat, gateway } = features;
  const { world, serverNow } = context;
  const introduce = introducer(features, world);
  let offered: Matched | undefined;

  gateway.onFrame((frame) => {
    context.serverTime.set(learnServerTime(context.serverTime.get(), frame.ts, world.clock.now()));
    route(frame);
  });

  const route = (frame: ServerFrame): void => {
    const nowMs = world.clock.now();
    switch (frame.event) {
      case 'connected':
        return connected(features, context, frame.data);
      case 'queue-joined':
        return matching.send({ type: 'queued', numbers: frame.data, nowMs });
      case 'queue-update':
        return matching.send({ type: 'numbers', numbers: frame.data });
      case 'queue-left':
        return matching.send({ type: 'left' });
      case 'matched':
        offered = frame.data;
        return matching.send({ type: 'matched', sessionId: frame.data.sessionId });
      case 'session-ended':
        call.send({ type: 'frame', frame, now: serverNow() });
        return waitAgain(features, frame.data, nowMs);
      case 'match-details':
      case 'signaling':
      case 'offer':
      case 'answer':
      case 'candidate':
      case 'fingerprint':
      case 'peer-reconnecting':
      case 'peer-reconnected':
      case 'session-warning':
      case 'extend-requested':
      case 'session-extended':
      case 'ice-servers':
        return call.send({ type: 'frame', frame, now: serverNow() });
      case 'message': {
        const { sessionId, n, message, sentAt } = frame.data;
        return chat.send({ type: 'heard', sessionId, n, message, sentAtMs: sentAt });
      }
      case 'reaction':
        return chat.send({ type: 'reacted', sessionId: frame.data.sessionId, emoji: frame.data.emoji });
      case 'ack':
        return frame.id === undefined ? undefined : chat.send({ type: 'acknowledged', id: frame.id });
      case 'error':
        return frame.id === undefined ? unheard(frame.data, introduce) : refused(features, frame.id, frame.data);
      case 'pong':
        return disagrees(features, frame.data) ? introduce() : undefined;
      case 'superseded':
      case 'server-draining':
        return;
      default:
        return frame satisfies never;
    }
  };

  return {
    accept: (sessionId) => {
      if (offered?.sessionId === sessionId) begin(features, context, offered, []);
    },
  };
}

/** The server takes this socket no longer for ours, or us for somewhere else: it is introduced again. */
function introducer({ gateway }: Features, { clock }: World): () => void {
  let from = 0;
  return () => {
    if (clock.now() < from) return;
    from = clock.now() + INTRODUCE_PAUSE_MS;
    gateway.send({ action: 'hello', data: {} });
  };
}

function begin({ call, chat, devices }: Features, { world, preferences, serverNow }: RouterContext, details: Matched, lines: readonly ChatLine[]): void {
  const { mode } = preferences.get();
  const { signalN, chatN } = recall(world.callMemory, details.sessionId);
  devices.send({ type: 'need', camera: mode === 'video', microphone: mode !== 'text' });
  call.send({ type: 'begin', details, mode, signalN, now: serverNow() });
  chat.send({ type: 'begin', sessionId: details.sessionId, chat: lines, ownN: chatN });
}

/** The whole present state after a new socket: a waiting place, a call, or neither. */
function connected(features: Features, context: RouterContext, { userId, state, session, queue }: Connected): void {
  const { matching, call, chat } = features;
  const { world, preferences, serverNow } = context;
  const { phase, from } = matching.get();
  const goesOn = phase === 'joining' && from !== undefined && from === session?.sessionId;
  matching.send({
    type: 'connected',
    userId,
    server: state,
    nowMs: world.clock.now(),
    ...(session && { sessionId: session.sessionId }),
    ...(queue && { numbers: queue }),
  });
  context.restoring.set(false);
  const { mode } = preferences.get();
  if (session === undefined) {
    call.send({ type: 'resumed', mode, signalN: 0, now: serverNow() });
    return;
  }
  // `next` was pressed while the server could not hear it: matching has said it again.
  if (goesOn) return;
  const { chat: lines, ...details } = session;
  const { signalN, chatN } = recall(world.callMemory, details.sessionId);
  features.devices.send({ type: 'need', camera: mode === 'video', microphone: mode !== 'text' });
  call.send({ type: 'resumed', details, mode, signalN, now: serverNow() });
  if (call.get().phase === 'live') chat.send({ type: 'begin', sessionId: details.sessionId, chat: lines, ownN: chatN });
}

/** A match that never came about is nobody's fault: who did not hang up waits on, at the head of the queue. */
function waitAgain({ call, matching }: Features, { sessionId, reason }: SessionEnded, nowMs: number): void {
  const ended = call.get();
  if (reason !== 'failed' || ended.phase !== 'ended' || ended.details.sessionId !== sessionId) return;
  if (ended.everConnected || ended.cause === 'own') return;
  call.send({ type: 'dismiss' });
  if (matching.get().phase === 'idle') matching.send({ type: 'requeued', nowMs });
}

/** Whether the page has missed something: the server says that we are elsewhere. */
function disagrees({ matching, call }: Features, { state, sessionId }: Pong): boolean {
  const { phase } = matching.get();
  if (state === undefined || phase === 'joining' || phase === 'leaving') return false;
  if (phase === 'waiting') return state !== 'waiting';
  const live = call.get();
  return live.phase === 'live' ? sessionId !== live.details.sessionId : state !== 'idle';
}

function unheard({ code }: WireError, introduce: () => void): void {
  if (code === 'unauthorized') introduce();
}

function refused({ call, chat, matching }: Features, id: string, error: WireError): void {
  const problem = wireProblem(error);
  const passing = problem.code === 'unavailable' || problem.code === 'internal';
  chat.send({ type: 'refused', id, passing });
  matching.send({ type: 'refused', id, problem });
  if (id === EXTEND_ID) call.send({ type: 'extend-refused', final: !passing });
}
