import { canGovern, connectedOf, markOf } from './core/words';
import { OWN } from './core/speaker';
import type { Inside } from './core/state';
import type { Room } from './room';

import type { Connected } from '@/lib/core/safety-words';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';
import type { RoomPeer } from '@/protocol/messages';

/** One of the others as their tile shows them. */
export interface Tile {
  readonly peer: RoomPeer;
  readonly stream: MediaStream | undefined;
  readonly mark: string | undefined;
  readonly pictured: boolean;
  readonly silent: boolean;
  readonly speaks: boolean;
  readonly connected: Connected | undefined;
}

/** The room that this page is in; nothing when it is in none. */
export function useRoom(room: Room) {
  const state = useRunner(room);
  const streams = useValue(room.streams);
  const lively = useValue(room.lively);
  const speaker = useValue(room.speaker);
  if (state.phase !== 'inside') return undefined;
  const tiles = state.view.peers.map((peer): Tile => {
    const { peerId } = peer;
    const alive = lively.get(peerId);
    const link = state.mesh.links[peerId];
    const stream = streams.get(peerId);
    return {
      peer,
      stream,
      mark: markOf(peer, link),
      pictured: stream !== undefined && alive?.moving !== false,
      silent: link?.media === 'connected' && alive?.silent === true,
      speaks: speaker === peerId,
      connected: connectedOf(link),
    };
  });
  return { state, tiles, ownSpeaks: speaker === OWN, governs: canGovern(state), shown: isShown(state) };
}

/** Whether somebody shows their screen. */
function isShown({ view, screen }: Inside): boolean {
  return screen !== 'off' || view.peers.some((peer) => peer.screen);
}
