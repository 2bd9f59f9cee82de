import type { Entry, LinkTimer, RoomEffect, RoomTimer } from './core/effect';
import { ADMIN_ID, HAND_ID, JOIN_ID, SCREEN_ID } from './core/frames';
import type { Numbered } from './core/link';
import * as meshing from './core/mesh';
import { NO_MESH, type Mesh, type MeshStep } from './core/mesh';
import type { Door, Entering, Inside, NoRoom, OutCause, RoomEvent, RoomFrame, RoomMachineState, Waiting } from './core/state';
import * as talking from './core/talk';
import { SILENT, type Talk, type TalkStep } from './core/talk';
import { distrustText, toldOf } from './core/words';

import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ClientFrame, IceServer, Participant, RoomAnswer, RoomState } from '@/protocol/messages';

/** TURN passwords do not live longer. */
export const REFRESH_MS = 240_000;
/** How long a sentence about what has happened stays. */
export const TOLD_MS = 6000;

export type RoomStep = Step<RoomMachineState, RoomEffect>;

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
      return state.phase === 'inside' ? step({ ...state, talk: talking.delivered(state.talk, event.id, 'sent') }) : step(state);
    case 'frame':
      return event.frame.data.roomId === roomIdOf(state) ? frame(state, event.frame) : step(state);
    case 'connected':
      return connected(state, event);
    case 'hold':
      return state.phase === 'inside' ? hold(state) : step(state);
    case 'return':
      return state.phase === 'held' ? join(state.entry, state.talk) : step(state);
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

/** Whether somebody is in a room, before its door, or about to come back to it. */
export function isBusy({ phase }: RoomMachineState): boolean {
  return phase === 'entering' || phase === 'waiting' || phase === 'inside' || phase === 'held';
}

export function roomIdOf(state: RoomMachineState): string | undefined {
  if (state.phase === 'none') return undefined;
  return 'entry' in state ? state.entry.roomId : state.roomId;
}

type WithinEvent = Extract<
  RoomEvent,
  { readonly type: 'peer' | 'due' | 'say' | 'say-again' | 'react' | 'faded' | 'viewed' | 'raise' | 'show-screen' | 'screen-opened' | 'screen-over' | 'govern' }
>;

function inside(state: Inside, event: WithinEvent): RoomStep {
  const { talk, view } = state;
  const { roomId } = view;
  switch (event.type) {
    case 'peer':
      return mesh(state, (now) => meshing.heedPeer(now, event.peer, event.news));
    case 'due':
      return due(state, event.timer);
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

function enter(door: Door, { nickname, password }: RoomEvent & { type: 'enter' }): RoomStep {
  const entry: Entry = { roomId: door.roomId, nickname, ...(password !== undefined && password !== '' && { password }) };
  return join(entry, SILENT, door.facts);
}

/** Sits down; a page that was loaded anew, or comes back from another call, does so under a new alias. */
function join(entry: Entry, talk: Talk, facts?: RoomAnswer, former?: string): RoomStep {
  const entering: Entering = { phase: 'entering', entry, talk, ...(facts !== undefined && { facts }), ...(former !== undefined && { former }) };
  return step<RoomMachineState, RoomEffect>(entering, { type: 'connect' }, { type: 'join', entry });
}

function refused(state: RoomMachineState, id: string, problem: Problem): RoomStep {
  if (id === JOIN_ID && state.phase === 'entering') {
    const { facts, entry: { roomId } } = state;
    const door: Door = { phase: 'door', roomId, problem, ...(facts !== undefined && { facts }) };
    return problem.code === 'not_found' ? out(state, 'gone') : step<RoomMachineState, RoomEffect>(door, { type: 'close' }, { type: 'look', roomId });
  }
  if (state.phase !== 'inside') return step(state);
  if (id === SCREEN_ID) return tell(state.screen === 'off' ? state : { ...state, screen: 'off' }, problem.message, { type: 'screen-close' });
  if (id === ADMIN_ID || id === HAND_ID) return tell(state, problem.message);
  const passing = problem.code === 'internal' || problem.code === 'unavailable';
  return step({ ...state, talk: talking.delivered(state.talk, id, passing ? 'sending' : 'failed') });
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
      if (state.phase !== 'entering') return step(state);
      return step({ phase: 'waiting', entry: state.entry, talk: state.talk, ...(data.name !== undefined && { name: data.name }) });
    case 'room-ended':
      return isBusy(state) ? out(state, causeOf(data.reason)) : step(state);
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
  if (state.phase !== 'inside' || epoch !== state.view.epoch) return step(state);
  return mesh(state, (now) => meshing.hearFrom(now, from, numbered));
}

/** A whole state of the room: the newest counts, whichever way it came. */
function see(state: RoomMachineState, view: RoomState, iceServers: readonly IceServer[] | undefined, told?: string): RoomStep {
  switch (state.phase) {
    case 'entering':
      // What the page before this one would have heard is not for us.
      return view.ownPeerId === state.former ? step({ ...state, talk: talking.learnNames(state.talk, view.peers) }) : sitDown(state, view, iceServers);
    case 'waiting':
      return sitDown(state, view, iceServers);
    case 'inside': {
      const fresh = mesh(state, (now) => meshing.takeServers(now, iceServers));
      if (fresh.state.phase !== 'inside' || view.version <= state.view.version || view.ownPeerId !== state.view.ownPeerId) return fresh;
      const seen = follow(fresh.state, view);
      const said = told === undefined || seen.state.phase !== 'inside' ? step<RoomMachineState, RoomEffect>(seen.state) : tell(seen.state, told);
      return step(said.state, ...fresh.effects, ...seen.effects, ...said.effects);
    }
    case 'none':
    case 'door':
    case 'held':
    case 'out':
      return step(state);
    default:
      return state satisfies never;
  }
}

function sitDown({ entry, talk }: Entering | Waiting, view: RoomState, iceServers: readonly IceServer[] = []): RoomStep {
  const empty: RoomState = { ...view, peers: [] };
  const begun: Inside = { phase: 'inside', entry, view: empty, mesh: { ...NO_MESH, iceServers }, talk, screen: 'off' };
  const sat = follow(begun, view);
  return step(sat.state, { type: 'timer', timer: 'refresh', ms: REFRESH_MS }, ...sat.effects);
}

/** Connections, names and lines follow the newest state. */
function follow(state: Inside, view: RoomState): RoomStep {
  const { peers, roomId } = view;
  const talk = talking.learnNames(state.talk, peers);
  const repeats = peers.filter((who) => meshing.isBack(who, state.view)).flatMap(({ peerId }) => talking.repeatTo(talk, roomId, peerId));
  const next = mesh({ ...state, view, talk }, (now) => meshing.follow(now, view, state.view));
  return step(next.state, ...next.effects, ...repeats);
}

function connected(state: RoomMachineState, event: RoomEvent & { type: 'connected' }): RoomStep {
  const { room, waiting, inCall, nickname } = event;
  const seat = room?.roomId ?? waiting?.roomId;
  if (seat === undefined) return nowhere(state, inCall);
  if (!isBusy(state)) {
    // Left while the server could not hear it, or another room's page was opened in this tab.
    const unwanted = (state.phase === 'none' && state.over === seat) || state.phase === 'out' || (state.phase === 'door' && state.roomId !== seat);
    return unwanted ? step(state, leaving(seat)) : join({ roomId: seat, nickname }, learned(SILENT, room), undefined, room?.ownPeerId);
  }
  if (seat !== roomIdOf(state)) return step(state, leaving(seat), ...(state.phase === 'entering' ? [{ type: 'join', entry: state.entry } as const] : []));
  if (state.phase === 'waiting') return room === undefined ? step(state) : see(state, room, room.iceServers);
  if (state.phase !== 'inside') return 'entry' in state ? join(state.entry, learned(state.talk, room), undefined, room?.ownPeerId) : step(state);
  if (room?.ownPeerId !== state.view.ownPeerId) return again(state, room);
  const seen = see(state, room, room.iceServers);
  if (seen.state.phase !== 'inside') return seen;
  const back = mesh(seen.state, meshing.wishAll);
  const shows: readonly RoomEffect[] = state.screen !== 'off' && !room.screen ? [{ type: 'send', frame: screenFrame(state, true) }] : [];
  return step(back.state, ...seen.effects, ...back.effects, ...talking.sayUnsent(state.talk, seat), ...shows);
}

/** The seat is another page's: this one sits down anew. */
function again(state: Inside, room: Participant | undefined): RoomStep {
  const anew = join(state.entry, learned(state.talk, room), undefined, room?.ownPeerId);
  return step(anew.state, ...CLOSING, ...anew.effects);
}

function hold({ entry, talk }: Inside): RoomStep {
  return step<RoomMachineState, RoomEffect>({ phase: 'held', entry, talk }, ...CLOSING);
}

/** The server knows of no seat. */
function nowhere(state: RoomMachineState, inCall: boolean): RoomStep {
  if (state.phase === 'entering') return step(state, { type: 'join', entry: state.entry });
  if (state.phase === 'inside' && inCall) return hold(state);
  if (state.phase === 'waiting' || state.phase === 'inside') return out(state, 'lost');
  return state.phase === 'held' && !inCall ? join(state.entry, state.talk) : step(state);
}

function leave(state: RoomMachineState): RoomStep {
  if (!isBusy(state)) return step(state);
  const left = out(state, 'left');
  return step(left.state, leaving(roomIdOf(state) ?? ''), ...left.effects);
}

function out(state: RoomMachineState, why: OutCause): RoomStep {
  const roomId = roomIdOf(state);
  const name = nameOfRoom(state);
  if (roomId === undefined) return step(state);
  return step<RoomMachineState, RoomEffect>({ phase: 'out', roomId, why, ...(name !== undefined && { name }) }, ...CLOSING);
}

export function nameOfRoom(state: RoomMachineState): string | undefined {
  if (state.phase === 'inside') return state.view.name;
  if (state.phase === 'waiting' || state.phase === 'out') return state.name;
  return 'facts' in state ? state.facts.name : undefined;
}

function screen(state: Inside, event: RoomEvent & { type: 'show-screen' | 'screen-opened' | 'screen-over' }): RoomStep {
  if (event.type === 'screen-opened') return state.screen === 'asking' ? step({ ...state, screen: 'on' }) : step(state, { type: 'screen-close' });
  const shown = event.type === 'show-screen' && event.shown;
  if (shown === (state.screen !== 'off')) return step(state);
  const said: readonly RoomEffect[] = [{ type: 'send', frame: screenFrame(state, shown) }, { type: shown ? 'screen-open' : 'screen-close' }];
  return step({ ...state, screen: shown ? 'asking' : 'off' }, ...said);
}

function screenFrame({ view: { roomId } }: Inside, shown: boolean): ClientFrame {
  return { action: 'share-screen', id: SCREEN_ID, data: { roomId, shown } };
}

function due(state: Inside, timer: RoomTimer): RoomStep {
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

function refresh({ entry, view: { ownPeerId } }: Inside): RoomEffect {
  return { type: 'join', entry, peerId: ownPeerId };
}

/** What the connections become; those that are to be made anew wait for fresh servers, which are asked for once. */
function mesh(state: Inside, act: (mesh: Mesh) => MeshStep): RoomStep {
  const { state: after, effects } = act(state.mesh);
  const asks = after.restarting.length > state.mesh.restarting.length && state.mesh.restarting.length === 0;
  const done = step<Inside, RoomEffect>(after === state.mesh ? state : { ...state, mesh: after }, ...effects, ...(asks ? [refresh(state)] : []));
  const stranger = meshing.distrusted(after, state.mesh);
  return stranger === undefined ? done : tell(done.state, distrustText(talking.nameOf(state.talk, stranger)), ...done.effects);
}

function talks(state: Inside, { state: talk, effects }: TalkStep, ...more: readonly RoomEffect[]): RoomStep {
  return step({ ...state, talk }, ...more, ...effects);
}

function tell(state: Inside, told: string, ...effects: readonly RoomEffect[]): RoomStep {
  return step<RoomMachineState, RoomEffect>({ ...state, told }, ...effects, { type: 'timer', timer: 'told', ms: TOLD_MS });
}

function learned(talk: Talk, room: Participant | undefined): Talk {
  return room === undefined ? talk : talking.learnNames(talk, room.peers);
}

function leaving(roomId: string): RoomEffect {
  return { type: 'send', frame: { action: 'leave-room', data: { roomId } } };
}

const CAUSES: readonly OutCause[] = ['left', 'lost', 'held', 'removed', 'again', 'moderation', 'closed'];

/** A reason that this page does not know ends it as any other. */
function causeOf(reason: string): OutCause {
  return CAUSES.find((known) => known === reason) ?? 'closed';
}

const CLOSING: readonly RoomEffect[] = [{ type: 'timers-off' }, { type: 'close' }];
