import type { Entry, RoomEffect } from './effect';
import * as meshing from './mesh';
import { saidShown } from './screen';
import type { Door, Entering, Held, Inside, OutCause, RoomEvent, RoomMachineState, RoomStep, Waiting } from './state';
import * as talking from './talk';
import { SILENT, type Talk } from './talk';
import { chain, heed, mesh, sitDown } from './within';

import type { Problem } from '@/lib/core/problem';
import { step } from '@/lib/machine';
import type { IceServer, Participant, RoomAnswer, RoomState, RoomWaiting } from '@/protocol/messages';

/** Who knocks is answered within this, or asks the server where they are. */
export const ENTERING_LIMIT_MS = 10_000;
/** Who comes back from a call that the server has not ended yet knocks again so soon, and so often. */
export const RETURN_RETRY_MS = 500;
export const RETURN_TRIES_MAX = 10;
/** Who waits for the host asks from time to time: that they were let in may have been lost. */
export const WAITING_LOOK_MS = 60_000;

/** Whether somebody is in a room, before its door, or about to come back to it. */
export function isBusy({ phase }: RoomMachineState): boolean {
  return phase === 'entering' || phase === 'waiting' || phase === 'inside' || phase === 'held';
}

export function roomIdOf(state: RoomMachineState): string | undefined {
  if (state.phase === 'none') return undefined;
  return 'entry' in state ? state.entry.roomId : state.roomId;
}

export function nameOfRoom(state: RoomMachineState): string | undefined {
  if (state.phase === 'inside') return state.view.name;
  if (state.phase === 'waiting' || state.phase === 'out') return state.name;
  return 'facts' in state ? state.facts.name : undefined;
}

export function enter(door: Door, { nickname, password }: RoomEvent & { type: 'enter' }): RoomStep {
  const entry: Entry = { roomId: door.roomId, nickname, ...(password !== undefined && password !== '' && { password }) };
  return join(entry, SILENT, door.facts);
}

/** Sits down; a page that was loaded anew, or comes back from another call, does so under a new alias. */
function join(entry: Entry, talk: Talk, facts?: RoomAnswer, former?: string, patience = 0): RoomStep {
  const entering: Entering = { phase: 'entering', entry, talk, early: [], patience, ...(facts !== undefined && { facts }), ...(former !== undefined && { former }) };
  return step<RoomMachineState, RoomEffect>(entering, { type: 'connect' }, ...knock(entry));
}

/** Back from a friend's call, of whose end the server may hear only after this. */
export function comeBack({ entry, talk }: Held): RoomStep {
  return join(entry, talk, undefined, undefined, RETURN_TRIES_MAX);
}

function knock(entry: Entry): readonly RoomEffect[] {
  return [{ type: 'join', entry }, { type: 'timer', timer: 'place', ms: ENTERING_LIMIT_MS }];
}

/** Before the door, where the server knows one already, and asks for no password. */
export function waitOutside({ entry: { roomId, nickname }, talk }: Entering | Waiting, { name, hosted }: RoomWaiting): RoomStep {
  const waiting: Waiting = { phase: 'waiting', entry: { roomId, nickname }, talk, hosted, ...(name !== undefined && { name }) };
  return step<RoomMachineState, RoomEffect>(waiting, { type: 'timer', timer: 'place', ms: WAITING_LOOK_MS });
}

/** What should have been told by now may be lost. */
export function placeDue(state: RoomMachineState): RoomStep {
  if (state.phase !== 'entering' && state.phase !== 'waiting') return step(state);
  if (state.phase === 'entering' && state.patience > 0) return step(state, ...knock(state.entry));
  return step(state, ASKING, { type: 'timer', timer: 'place', ms: state.phase === 'entering' ? ENTERING_LIMIT_MS : WAITING_LOOK_MS });
}

export function refusedJoin(state: RoomMachineState, problem: Problem): RoomStep {
  // Said by a page with a seat, of which the server knows nothing; what is refused at the door is never refused so.
  const unseated = problem.code === 'not_in_session';
  if (state.phase === 'inside') return unseated || problem.code === 'unauthorized' ? step(state, ASKING) : step(state);
  if (state.phase !== 'entering' || unseated) return step(state);
  if (problem.code === 'conflict' && state.patience > 0) {
    return step({ ...state, patience: state.patience - 1 }, { type: 'timer', timer: 'place', ms: RETURN_RETRY_MS });
  }
  const { facts, entry: { roomId } } = state;
  const door: Door = { phase: 'door', roomId, problem, ...(facts !== undefined && { facts }) };
  if (problem.code === 'not_found') return out(state, 'gone');
  return step<RoomMachineState, RoomEffect>(door, { type: 'timer-off', timer: 'place' }, { type: 'close' }, { type: 'look', roomId });
}

/** A whole state of the room. */
export function see(state: RoomMachineState, view: RoomState, iceServers: readonly IceServer[] | undefined, told?: string): RoomStep {
  switch (state.phase) {
    case 'entering':
      // What the page before this one would have heard is not for us.
      return view.ownPeerId === state.former ? step({ ...state, talk: talking.learnNames(state.talk, view.peers) }) : sitDown(state, view, iceServers);
    case 'waiting':
      return sitDown(state, view, iceServers);
    case 'inside':
      if (view.ownPeerId === state.view.ownPeerId) return heed(state, view, iceServers, told);
      // Only the page that the server takes for the present one hears this, and it has been heard as sitting down twice.
      return view.version > state.view.version ? again(state, view) : step(state);
    case 'none':
    case 'door':
    case 'held':
    case 'out':
      return step(state);
    default:
      return state satisfies never;
  }
}

export function connected(state: RoomMachineState, event: RoomEvent & { type: 'connected' }): RoomStep {
  const { room, waiting, inCall, nickname } = event;
  const seat = room?.roomId ?? waiting?.roomId;
  if (seat === undefined) return nowhere(state, inCall);
  if (!isBusy(state)) {
    // Left while the server could not hear it, or another room's page was opened in this tab.
    const unwanted = (state.phase === 'none' && state.over === seat) || state.phase === 'out' || (state.phase === 'door' && state.roomId !== seat);
    if (unwanted) return step(state, leaving(seat));
    // Another device has sat there, and this one has only woken: nobody is seen or heard unasked.
    if (state.phase === 'none') return step<RoomMachineState, RoomEffect>({ phase: 'door', roomId: seat, seated: true }, { type: 'look', roomId: seat });
    if (state.phase === 'door' && state.seated === true) return step(state);
    return join({ roomId: seat, nickname }, learned(SILENT, room), undefined, room?.ownPeerId);
  }
  if (seat !== roomIdOf(state)) return step(state, leaving(seat), ...(state.phase === 'entering' ? knock(state.entry) : []));
  if (state.phase === 'waiting') {
    if (room !== undefined) return see(state, room, room.iceServers);
    return waiting === undefined ? step(state) : waitOutside(state, waiting);
  }
  if (state.phase === 'inside') return room?.ownPeerId === state.view.ownPeerId ? back(state, room) : again(state, room);
  if (!('entry' in state)) return step(state);
  const { roomId, nickname: name } = state.entry;
  return join({ roomId, nickname: name }, learned(state.talk, room), 'facts' in state ? state.facts : undefined, room?.ownPeerId);
}

/** The socket is back, and the seat was kept: whatever was said into the old one may be lost. */
function back(state: Inside, room: Participant): RoomStep {
  const wished = mesh(state, meshing.wishAll);
  const unheard = state.screen !== 'off' && !room.screen && !state.view.screen;
  // The servers are here: nothing need be asked for.
  const begun = room.iceServers === undefined ? wished : step(wished.state, ...wished.effects.filter(({ type }) => type !== 'join'));
  const seen = chain(begun, (now) => heed(now, room, room.iceServers));
  return step(seen.state, ...seen.effects, ...talking.sayUnsent(state.talk, room.roomId), ...(unheard ? [saidShown(state, true)] : []));
}

/** The seat is another page's, or the page was heard twice: it sits down anew. */
function again(state: Inside, view: RoomState | undefined): RoomStep {
  const anew = join(state.entry, learned(state.talk, view), undefined, view?.ownPeerId);
  return step(anew.state, ...CLOSING, ...anew.effects);
}

/** In another call; the seat is kept. */
export function hold({ entry, talk }: Inside | Waiting): RoomStep {
  return step<RoomMachineState, RoomEffect>({ phase: 'held', entry, talk }, ...CLOSING);
}

/** The server knows of no seat. */
function nowhere(state: RoomMachineState, inCall: boolean): RoomStep {
  if (state.phase === 'entering') return step(state, ...knock(state.entry));
  if ((state.phase === 'inside' || state.phase === 'waiting') && inCall) return hold(state);
  if (state.phase === 'waiting' || state.phase === 'inside') return out(state, 'lost');
  return state.phase === 'held' && !inCall ? comeBack(state) : step(state);
}

export function leave(state: RoomMachineState): RoomStep {
  if (state.phase === 'door' && state.seated === true) return step<RoomMachineState, RoomEffect>({ phase: 'none', over: state.roomId }, leaving(state.roomId));
  if (!isBusy(state)) return step(state);
  const left = out(state, 'left');
  return step(left.state, leaving(roomIdOf(state) ?? ''), ...left.effects);
}

export function out(state: RoomMachineState, why: OutCause): RoomStep {
  const roomId = roomIdOf(state);
  const name = nameOfRoom(state);
  if (roomId === undefined) return step(state);
  return step<RoomMachineState, RoomEffect>({ phase: 'out', roomId, why, ...(name !== undefined && { name }) }, ...CLOSING);
}

function learned(talk: Talk, room: RoomState | undefined): Talk {
  return room === undefined ? talk : talking.learnNames(talk, room.peers);
}

function leaving(roomId: string): RoomEffect {
  return { type: 'send', frame: { action: 'leave-room', data: { roomId } } };
}

/** The server says where we are. */
const ASKING: RoomEffect = { type: 'send', frame: { action: 'hello', data: {} } };

export const CLOSING: readonly RoomEffect[] = [{ type: 'timers-off' }, { type: 'close' }];
