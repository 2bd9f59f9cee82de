import { OURS, THEIRS } from './match';

import type { RoomPeer, RoomState } from '@/protocol/messages';

/** One of the others of a room. */
export function roomPeer(peerId: string, some: Partial<RoomPeer> = {}): RoomPeer {
  return { peerId, nickname: peerId.toUpperCase(), sha256: THEIRS, role: 'offerer', iceTransportPolicy: 'all', presence: 'here', returns: 0, screen: false, ...some };
}

/** A room as `me` sees it. */
export function roomState(version: number, peers: readonly RoomPeer[], some: Partial<RoomState> = {}): RoomState {
  return {
    roomId: 'r1',
    version,
    name: 'Choir',
    capacity: 8,
    epoch: 1,
    locked: false,
    waitingRoom: false,
    manyScreens: false,
    ownPeerId: 'me',
    owner: true,
    handRaised: false,
    screen: false,
    hostPeerId: 'me',
    peers: [...peers],
    waiting: [],
    share: { listenerKbps: 400, speakerKbps: 600, lines: 360, frames: 24 },
    ...some,
  };
}

export { OURS, THEIRS };
