import { keepAgainInMind, kindOfMatch } from './again';
import type { Features } from './conductor';
import { heedPeople, isOfPeople, ringOf } from './people';
import type { News } from './news';
import { disagreesOnRoom, isInRoom, roomConnected } from './rooms';
import { heedReported } from './safety';
import type { World } from './world';

import { EXTEND_ID } from '@/features/call/machine';
import { endsAtOnce, whomOf } from '@/features/ringing/machine';
import { needs } from '@/features/devices/machine';
import { recall } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import { isOurFault, wireProblem, type Problem } from '@/lib/core/problem';
import { isOfRoom, isOfSession } from '@/lib/core/place';
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
  readonly news: Value<News | undefined>;
}

export interface Router {
  /** Matching wants the match that was just routed to it. */
  readonly accept: (sessionId: string) => void;
}

/** Brings every frame of the server to the feature it concerns. */
export function createRouter(features: Features, context: RouterContext): Router {
  const { matching, call, gateway } = features;
  const { world, serverNow } = context;
  const introduce = introducer(features, world);
  let offered: Matched | undefined;

  gateway.onFrame((frame) => {
    context.serverTime.set(learnServerTime(context.serverTime.get(), frame.ts, world.clock.now()));
    route(frame);
  });

  const route = (frame: ServerFrame): void => {
    if (isOfPeople(frame)) return heedPeople(features, context.news, frame, serverNow());
    if (isOfSanctions(frame)) return heedSanctions(features, frame, world.clock.now());
    if (isOfRoom(frame)) return features.room.send({ type: 'frame', frame });
    switch (frame.event) {
      case 'connected':
        return connected(features, context, frame.data);
      case 'queue-joined':
      case 'queue-update':
      case 'queue-left':
        return heedQueue(features, context, frame);
      case 'matched':
        if (frame.data.kind === 'friend') return talk(features, context, frame.data);
        if (kindOfMatch(features) !== 'plain') return meetAgain(features, context, frame.data);
        offered = frame.data;
        return matching.send({ type: 'matched', sessionId: frame.data.sessionId });
      case 'rematched':
        return features.rematch.send({ type: 'rematched', inCall: call.get().phase === 'live' });
      case 'session-ended':
        call.send({ type: 'frame', frame, now: serverNow() });
        heedReported(features, world, frame);
        return waitAgain(features, context, frame.data);
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
        return isOfSession(frame) ? call.send({ type: 'frame', frame, now: serverNow() }) : undefined;
      case 'message':
      case 'reaction':
      case 'ack':
        return heedSpeech(features, frame);
      case 'error':
        return frame.id === undefined ? unheard(frame.data, introduce) : refused(features, frame.id, wireProblem(frame.data, world.trace));
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

type Of<Event extends ServerFrame['event']> = Extract<ServerFrame, { readonly event: Event }>;

function isOfSanctions(frame: ServerFrame): frame is Of<'moderation-warning' | 'moderation-action'> {
  return frame.event === 'moderation-warning' || frame.event === 'moderation-action';
}

function heedSanctions({ sanctions }: Features, frame: Of<'moderation-warning' | 'moderation-action'>, nowMs: number): void {
  if (frame.event === 'moderation-warning') sanctions.send({ type: 'warned', warning: frame.data });
  else sanctions.send({ type: 'struck', action: frame.data, nowMs });
}

type QueueFrame = Of<'queue-joined' | 'queue-update' | 'queue-left'>;

function heedQueue(features: Features, { world, serverNow }: RouterContext, frame: QueueFrame): void {
  const { matching, rematch } = features;
  const { event, data } = frame;
  if (event === 'queue-joined') heedReported(features, world, frame);
  if (event === 'queue-joined') return matching.send({ type: 'queued', numbers: data, nowMs: world.clock.now() });
  if (event === 'queue-update') return matching.send({ type: 'numbers', numbers: data });
  matching.send({ type: 'left' });
  rematch.send({ type: 'left', now: serverNow() });
}

function heedSpeech({ chat, rematch, room }: Features, { event, id, data }: Of<'message' | 'reaction' | 'ack'>): void {
  if (event === 'message') {
    if (!('sessionId' in data)) return;
    const { sessionId, n, message, sentAt } = data;
    chat.send({ type: 'heard', sessionId, n, message, sentAtMs: sentAt });
  } else if (event === 'reaction') {
    if ('sessionId' in data) chat.send({ type: 'reacted', sessionId: data.sessionId, emoji: data.emoji });
  }
  else if (id !== undefined) {
    chat.send({ type: 'acknowledged', id });
    rematch.send({ type: 'acknowledged', id });
    room.send({ type: 'acknowledged', id });
  }
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
  const { signalN, chatN, mode = preferences.get().mode } = recall(world.callMemory, details.sessionId);
  devices.send({ type: 'need', ...needs(mode) });
  call.send({ type: 'begin', details, mode, signalN, now: serverNow() });
  chat.send({ type: 'begin', sessionId: details.sessionId, chat: lines, ownN: chatN });
}

/** A call with a friend begins without having been waited for, unless it was called off in the same moment. */
function talk(features: Features, context: RouterContext, details: Matched): void {
  const { matching, ringing, gateway } = features;
  const { sessionId } = details;
  if (isOver(features, sessionId)) return;
  const rung = ringing.get();
  if (endsAtOnce(rung)) gateway.send({ action: 'end-call', data: { sessionId } });
  else {
    keepInMind(features, context, sessionId);
    features.room.send({ type: 'hold' });
    matching.send({ type: 'reset' });
    begin(features, context, details, []);
  }
  ringing.send({ type: 'joined' });
}

/** The call that ended last does not come back. */
function isOver({ call }: Features, sessionId: string): boolean {
  const before = call.get();
  return before.phase === 'none' ? before.over === sessionId : before.phase === 'ended' && before.details.sessionId === sessionId;
}

/** Both have asked, and nobody waited; unless it was taken back in the same moment. */
function meetAgain(features: Features, context: RouterContext, details: Matched): void {
  const { sessionId } = details;
  if (isOver(features, sessionId)) return;
  if (kindOfMatch(features) === 'crossed') {
    features.gateway.send({ action: 'end-call', data: { sessionId } });
    return;
  }
  keepAgainInMind(features, context.world, sessionId);
  begin(features, context, details, []);
}

/** Neither how nor whom we have rung is told again after a reload. */
function keepInMind({ ringing }: Features, { world }: RouterContext, sessionId: string): void {
  const whom = whomOf(ringing.get());
  if (whom === undefined) return;
  const { userId: friendId, mode } = whom;
  world.callMemory.save({ ...recall(world.callMemory, sessionId), mode, friendId });
}

/** The whole present state after a new socket: a waiting place, a call, or neither. */
function connected(features: Features, context: RouterContext, data: Connected): void {
  const { userId, state, queue } = data;
  const { matching, call, chat } = features;
  const { world, preferences, serverNow } = context;
  const session = rejoin(features, context, data);
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
  roomConnected(features, data, preferences.get().nickname);
  context.restoring.set(false);
  features.rematch.send({ type: 'connected', inCall: session !== undefined, now: serverNow() });
  if (session === undefined) {
    call.send({ type: 'resumed', mode: preferences.get().mode, signalN: 0, now: serverNow() });
    return;
  }
  // `next` was pressed while the server could not hear it: matching has said it again.
  if (goesOn) return;
  const { chat: lines, ...details } = session;
  const { signalN, chatN, mode = preferences.get().mode } = recall(world.callMemory, details.sessionId);
  features.devices.send({ type: 'need', ...needs(mode) });
  call.send({ type: 'resumed', details, mode, signalN, now: serverNow() });
  if (call.get().phase === 'live') chat.send({ type: 'begin', sessionId: details.sessionId, chat: lines, ownN: chatN });
}

/** The call we are in, after ringing was told the truth; none when it is one that was called off. */
function rejoin(features: Features, context: RouterContext, { session, ring }: Connected): Connected['session'] {
  const { ringing, gateway } = features;
  const kind = session?.kind === 'stranger' ? kindOfMatch(features) : 'plain';
  const unwanted = session !== undefined && (kind === 'crossed' || (session.kind === 'friend' && endsAtOnce(ringing.get())));
  if (kind === 'again' && session !== undefined) keepAgainInMind(features, context.world, session.sessionId);
  if (unwanted) gateway.send({ action: 'end-call', data: { sessionId: session.sessionId } });
  else if (session?.kind === 'friend') keepInMind(features, context, session.sessionId);
  const now = context.serverNow();
  ringing.send({ type: 'connected', own: ring?.own ?? false, inCall: session !== undefined, now, ...(ring && { ring: ringOf(ring) }) });
  return unwanted ? undefined : session;
}

/** A match that never came about is nobody's fault: who came from the queue and did not hang up waits on, at its head. */
function waitAgain({ call, matching }: Features, { world }: RouterContext, { sessionId, reason }: SessionEnded): void {
  const ended = call.get();
  if (reason !== 'failed' || ended.phase !== 'ended' || ended.details.sessionId !== sessionId) return;
  if (ended.everConnected || ended.cause === 'own' || ended.details.kind === 'friend') return;
  if (recall(world.callMemory, sessionId).again === true) return;
  call.send({ type: 'dismiss' });
  if (matching.get().phase === 'idle') matching.send({ type: 'requeued', nowMs: world.clock.now() });
}

/** Whether the page has missed something: the server says that we are elsewhere. */
function disagrees({ matching, call, room }: Features, { state, sessionId, roomId }: Pong): boolean {
  const { phase } = matching.get();
  if (state === undefined || phase === 'joining' || phase === 'leaving') return false;
  if (phase === 'waiting') return state !== 'waiting';
  const live = call.get();
  if (live.phase === 'live') return sessionId !== live.details.sessionId;
  return isInRoom({ room }) ? disagreesOnRoom({ room }, roomId) : state !== 'idle';
}

function unheard({ code }: WireError, introduce: () => void): void {
  if (code === 'unauthorized') introduce();
}

function refused({ call, chat, matching, ringing, rematch, room }: Features, id: string, problem: Problem): void {
  const passing = isOurFault(problem.code);
  chat.send({ type: 'refused', id, passing });
  matching.send({ type: 'refused', id, problem });
  ringing.send({ type: 'refused', id, problem });
  rematch.send({ type: 'refused', id, problem });
  room.send({ type: 'refused', id, problem });
  if (id === EXTEND_ID) call.send({ type: 'extend-refused', final: !passing });
}
