import { THEIRS, sdp } from './match';
import { roomState } from './room';

import type { RoomEffect } from '@/features/room/core/effect';
import type { Inside, RoomEvent, RoomFrame, RoomMachineState } from '@/features/room/core/state';
import { NO_ROOM, reduceRoom } from '@/features/room/machine';
import type { Signal } from '@/lib/core/signal';
import type { Participant, RoomPeer } from '@/protocol/messages';

export const SERVERS = [{ urls: ['turn:one'] }];
export const FRESH = [{ urls: ['turn:two'] }];

/** A machine and all it has asked for. */
export function play(start: RoomMachineState = NO_ROOM) {
  let state = start;
  const effects: RoomEffect[] = [];
  const send = (...events: readonly RoomEvent[]): void => {
    for (const event of events) {
      const next = reduceRoom(state, event);
      state = next.state;
      effects.push(...next.effects);
    }
  };
  const inside = (): Inside => {
    if (state.phase !== 'inside') throw new Error(`is ${state.phase}`);
    return state;
  };
  const of = <Type extends RoomEffect['type']>(type: Type) => effects.filter((one): one is RoomEffect & { type: Type } => one.type === type);
  const sent = (action: string) => of('send').filter(({ frame }) => frame.action === action);
  return { send, get: () => state, inside, of, sent, effects, forget: () => effects.splice(0) };
}

/** A frame of the server. */
export const told = (event: RoomFrame['event'], data: unknown): RoomEvent => ({ type: 'frame', frame: { event, ts: 0, data } as unknown as RoomFrame });
/** The whole state of the room. */
export const seen = (version: number, peers: readonly RoomPeer[], some: Partial<Participant> = {}): RoomEvent =>
  told('participant', { ...roomState(version, peers), ...some });
/** What one of the others signals. */
export const signalled = (from: string, n: number, signal: Signal): RoomEvent =>
  told(signal.kind, { roomId: 'r1', from, epoch: 1, n, data: signal.kind === 'candidate' ? signal.candidate : signal.description });
export const description = (kind: 'offer' | 'answer', sha256 = THEIRS, mark = ''): Signal => ({ kind, description: { type: kind, sdp: sdp(sha256, mark) } });
export const candidate = (name: string): Signal => ({ kind: 'candidate', candidate: { candidate: `candidate:${name}`, sdpMid: '0' } });
/** What the own connection to one of the others tells. */
export const peerSays = (peer: string, news: 'connected' | 'disconnected' | 'failed' | 'remote-set'): RoomEvent => ({ type: 'peer', peer, news: { news } });

/** Somebody who has sat down among these. */
export function sit(...peers: readonly RoomPeer[]) {
  const page = play();
  page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' }, seen(1, peers, { iceServers: SERVERS }));
  return page;
}
