import type { LinkTimer, RoomEffect, RoomTimer } from './core/effect';
import { ADMIN_ID, HAND_ID, JOIN_ID, SCREEN_ID } from './core/frames';
import type { Numbered } from './core/link';
import * as meshing from './core/mesh';
import { CLOSING, comeBack, connected, enter, hold, isBusy, leave, out, placeDue, refusedJoin, roomIdOf, see, waitOutside } from './core/place';
import { screen, screenRefused } from './core/screen';
import type { Inside, NoRoom, OutCause, RoomEvent, RoomFrame, RoomMachineState, RoomStep } from './core/state';
import * as talking from './core/talk';
import type { Line, TalkStep } from './core/talk';
import { tell } from './core/telling';
import { mesh, refresh, REFRESH_MS } from './core/within';
import { toldOf } from './core/words';

import type { Problem } from '@/lib/core/problem';
import { step } from '@/lib/machine';

export const NO_ROOM: NoRoom = { phase: 'none' };

export function reduceRoom(state: RoomMachineState, event: RoomEvent): RoomStep {
  switch (event.type) {
    case 'door':
      return isBusy(state) ? step(state) : step<RoomMachineState, RoomEffect>({ phase: 'door', roomId: event.roomId }, { type: 'look', roomId: event.roomId });
    case 'facts':
      return state.phase === 'door' && state.roomId === event.facts.roomId ? step({ ...state, facts: event.facts }) : step(state);
    case 'no-facts':
      if (state.phase !== 'door' || state.roomId !== event.roomId) return step(state);
      return event.problem.code === 'not_found' ? out(state, 'gone') : step({ ...state, problem: event.problem });
    case 'enter':
      return state.phase === 'door' ? enter(state, event) : step(state);
    case 'refused':
      return refused(state, event.id, event.problem);
    case 'acknowledged':
      return state.phase === 'inside' ? delivered(state, event.id, 'sent') : step(state);
    case 'frame':
      return event.frame.data.roomId === roomIdOf(state) ? frame(state, event.frame) : step(state);
    case 'connected':
      return connected(state, event);
    case 'hold':
      return state.phase === 'inside' || state.phase === 'waiting' ? hold(state) : step(state);
    case 'return':
      return state.phase === 'held' ? comeBack(state) : step(state);
    case 'due':
      return event.timer === 'place' ? placeDue(state) : state.phase === 'inside' ? due(state, event.timer) : step(state);
    case 'leave':
      return leave(state);
    case 'dismiss':
      return state.phase === 'out' || state.phase === 'door' ? step({ phase: 'none', over: state.roomId }) : step(state);
    case 'drop':
      return isBusy(state) ? step<RoomMachineState, RoomEffect>(NO_ROOM, ...CLOSING) : step(state);
    default:
      return state.phase === 'inside' ? inside(state, event) : step(state);
  }
}

type WithinEvent = Extract<
  RoomEvent,
  { readonly type: 'peer' | 'say' | 'say-again' | 'react' | 'faded' | 'viewed' | 'raise' | 'show-screen' | 'screen-opened' | 'screen-over' | 'govern' }
>;

function inside(state: Inside, event: WithinEvent): RoomStep {
  const { talk, view } = state;
  const { roomId } = view;
  switch (event.type) {
    case 'peer':
      return mesh(state, (now) => meshing.heedPeer(now, event.peer, event.news));
    case 'say':
      return talks(state, talking.say(talk, roomId, event.text));
    case 'say-again':
      return talks(state, talking.sayAgain(talk, roomId, event.n));
    case 'react':
      return talks(state, talking.float(talk, event.emoji), { type: 'send', frame: { action: 'send-reaction', data: { roomId, emoji: event.emoji } } });
    case 'faded':
      return step({ ...state, talk: talking.faded(talk, event.key) });
    case 'viewed':
      return step({ ...state, talk: talking.viewed(talk, event.inView) });
    case 'raise':
      return step(state, { type: 'send', frame: { action: 'raise-hand', id: HAND_ID, data: { roomId, raised: event.raised } } });
    case 'show-screen':
    case 'screen-opened':
    case 'screen-over':
      return screen(state, event);
    case 'govern': {
      const { op, peer: peerId } = event;
      return step(state, { type: 'send', frame: { action: 'room-admin', id: ADMIN_ID, data: { roomId, op, ...(peerId !== undefined && { peerId }) } } });
    }
    default:
      return event satisfies never;
  }
}

function refused(state: RoomMachineState, id: string, problem: Problem): RoomStep {
  if (id === JOIN_ID) return refusedJoin(state, problem);
  if (state.phase !== 'inside') return step(state);
  if (id === SCREEN_ID) return screenRefused(state, problem);
  if (id === ADMIN_ID || id === HAND_ID) return tell(state, problem.message);
  const passing = problem.code === 'internal' || problem.code === 'unavailable';
  return delivered(state, id, passing ? 'sending' : 'failed');
}

/** Most answers are to frames of others. */
function delivered(state: Inside, id: string, delivery: Line['delivery']): RoomStep {
  const talk = talking.delivered(state.talk, id, delivery);
  return step(talk === state.talk ? state : { ...state, talk });
}

function frame(state: RoomMachineState, { event, data }: RoomFrame): RoomStep {
  switch (event) {
    case 'participant':
    case 'new-peer':
    case 'peer-left': {
      const { told, iceServers, view } = toldOf(event, data, state.phase === 'inside' ? state.talk : undefined);
      return see(state, view, iceServers, told);
    }
    case 'room-waiting':
      return state.phase === 'entering' || state.phase === 'waiting' ? waitOutside(state, data) : step(state);
    case 'room-ended':
      return isBusy(state) ? out(state, causeOf(state, data.reason)) : step(state);
    case 'message':
      return 'talk' in state ? step({ ...state, talk: talking.heard(state.talk, data.from, data.n, data.message) }) : step(state);
    case 'offer':
    case 'answer':
      return signalled(state, data, { n: data.n, signal: { kind: event, description: data.data } });
    case 'candidate':
      return signalled(state, data, { n: data.n, signal: { kind: 'candidate', candidate: data.data } });
    case 'fingerprint':
      return state.phase === 'inside' ? mesh(state, (now) => meshing.announcedBy(now, data.from, data.sha256)) : step(state);
    case 'reaction':
      return state.phase === 'inside' ? talks(state, talking.float(state.talk, data.emoji, data.from)) : step(state);
    case 'ice-servers':
      return state.phase === 'inside' ? mesh(state, (now) => meshing.takeServers(now, data.iceServers)) : step(state);
    case 'mute-all':
      return state.phase === 'inside' ? tell(state, `${talking.nameOf(state.talk, data.from)} asked everybody to be quiet: you are muted`, { type: 'hush' }) : step(state);
    default:
      return event satisfies never;
  }
}

function signalled(state: RoomMachineState, { from, epoch }: { readonly from: string; readonly epoch: number }, numbered: Numbered): RoomStep {
  // What was said to the page before this one is not for us.
  if (state.phase === 'entering' && state.former === undefined) return step({ ...state, early: meshing.keptEarly(state.early, { from, ...numbered }) });
  if (state.phase !== 'inside' || epoch !== state.view.epoch) return step(state);
  return mesh(state, (now) => meshing.hearFrom(now, from, numbered));
}

function due(state: Inside, timer: Exclude<RoomTimer, 'place'>): RoomStep {
  switch (timer) {
    case 'refresh':
      return step(state, refresh(state), { type: 'timer', timer, ms: REFRESH_MS });
    case 'servers':
      return mesh(state, meshing.restartAll);
    case 'told':
      return step({ ...state, told: undefined });
    default: {
      const [name, peer = ''] = timer.split(' ') as [LinkTimer, string?];
      return mesh(state, (now) => meshing.due(now, name, peer));
    }
  }
}

function talks(state: Inside, { state: talk, effects }: TalkStep, ...more: readonly RoomEffect[]): RoomStep {
  return step({ ...state, talk }, ...more, ...effects);
}

const CAUSES: readonly OutCause[] = ['left', 'lost', 'removed', 'moderation', 'closed'];

/** A reason that this page does not know ends it as any other. */
function causeOf(state: RoomMachineState, reason: string): OutCause {
  if (state.phase === 'waiting' && reason === 'removed') return 'refused';
  return CAUSES.find((known) => known === reason) ?? 'closed';
}
