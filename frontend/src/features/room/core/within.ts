import type { RoomEffect } from './effect';
import * as meshing from './mesh';
import { NO_MESH, type Mesh, type MeshStep } from './mesh';
import { followScreen } from './screen';
import type { Entering, Inside, RoomMachineState, RoomStep, Waiting } from './state';
import * as talking from './talk';
import { tell } from './telling';
import { distrustText } from './words';

import { step, type Step } from '@/lib/machine';
import type { IceServer, RoomState } from '@/protocol/messages';

/** TURN passwords do not live longer. */
export const REFRESH_MS = 240_000;

/** What the connections become; those that are to be made anew wait for fresh servers, which are asked for once. */
export function mesh(state: Inside, act: (mesh: Mesh) => MeshStep): RoomStep {
  const { state: after, effects } = act(state.mesh);
  const asks = after.restarting.length > state.mesh.restarting.length && state.mesh.restarting.length === 0;
  const done = step<Inside, RoomEffect>(after === state.mesh ? state : { ...state, mesh: after }, ...effects, ...(asks ? [refresh(state)] : []));
  const stranger = meshing.distrusted(after, state.mesh);
  return stranger === undefined ? done : tell(done.state, distrustText(talking.nameOf(state.talk, stranger)), ...done.effects);
}

/** Asks for fresh servers, by which the server tells whether the seat is still ours. */
export function refresh({ entry, view: { ownPeerId } }: Inside): RoomEffect {
  return { type: 'join', entry, peerId: ownPeerId };
}

/** The seat is ours, and the server asks for no password any more. */
export function sitDown(state: Entering | Waiting, view: RoomState, iceServers: readonly IceServer[] = []): RoomStep {
  const { entry: { roomId, nickname }, talk } = state;
  const empty: RoomState = { ...view, peers: [] };
  const mesh: Mesh = { ...NO_MESH, iceServers, early: 'early' in state ? state.early : [] };
  const begun: Inside = { phase: 'inside', entry: { roomId, nickname }, view: empty, mesh, talk: talking.anew(talk, view.peers), screen: 'off' };
  const sat = follow(begun, view);
  const timers: readonly RoomEffect[] = [{ type: 'timer-off', timer: 'place' }, { type: 'timer', timer: 'refresh', ms: REFRESH_MS }];
  return step(sat.state, ...timers, ...sat.effects, ...talking.sayUnsent(talk, roomId));
}

/** A state of the room as the page has it: the newest counts, whichever way it came. */
export function heed(state: Inside, view: RoomState, iceServers: readonly IceServer[] | undefined, told?: string): RoomStep {
  const fresh = mesh(state, (now) => meshing.takeServers(now, iceServers));
  if (view.version <= state.view.version) return fresh;
  const steps = [
    (now: Inside) => follow(now, view),
    (now: Inside) => (told === undefined ? step<RoomMachineState, RoomEffect>(now) : tell(now, told)),
    (now: Inside) => followScreen(now, state.view),
  ];
  return steps.reduce(chain, fresh);
}

/** Connections, names and lines follow the newest state. */
function follow(state: Inside, view: RoomState): RoomStep {
  const { peers, roomId } = view;
  const talk = talking.meet(state.talk, peers);
  const repeats = peers.filter((who) => meshing.isBack(who, state.view)).flatMap(({ peerId }) => talking.repeatTo(talk, roomId, peerId));
  const next = mesh({ ...state, view, talk }, (now) => meshing.follow(now, view, state.view));
  return step(next.state, ...next.effects, ...repeats);
}

/** Steps one after another for as long as one is inside, effects in order. */
export function chain(first: Step<RoomMachineState, RoomEffect>, next: (state: Inside) => RoomStep): RoomStep {
  if (first.state.phase !== 'inside') return first;
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
}
