import type { AccountsContext } from './accounts';
import { withdraw } from './again';
import type { Features } from './conductor';
import type { Say } from './safety';
import { wishOf } from './wishes';
import type { World } from './world';

import { needs } from '@/features/devices/machine';
import type { Devices } from '@/features/devices/devices';
import { createRoomMaker, type RoomMaker } from '@/features/room-maker/room-maker';
import { isBusy, roomIdOf } from '@/features/room/core/place';
import { createRoom, type Room } from '@/features/room/room';
import type { SignIn } from '@/features/sign-in/sign-in';
import type { ClientFrame, Connected, CreateRoomRequest } from '@/protocol/messages';

export interface RoomFeatures {
  readonly room: Room;
  readonly roomMaker: RoomMaker;
}

export interface RoomHands {
  readonly devices: Devices;
  readonly send: (frame: ClientFrame) => void;
  readonly connect: () => void;
}

/** The features about rooms. */
export function createRoomFeatures(signIn: SignIn, world: World, { devices, send, connect }: RoomHands): RoomFeatures {
  const { api, copy } = world;
  const room = createRoom({ ...world, send, connect, hush: () => devices.send({ type: 'mute', muted: true }) });
  return { room, roomMaker: createRoomMaker({ api, authorised: signIn.authorised, copy }) };
}

/** Whether the page is in a room, or about to be: then it waits for nobody else. */
export function isInRoom({ room }: Pick<Features, 'room'>): boolean {
  return isBusy(room.get());
}

/** What the room hears of the rest of the page, and the rest of it. */
export function keepRoom(features: Features, { world, preferences }: AccountsContext): void {
  const { room, call, devices } = features;
  let shown: string | undefined;
  let uses = false;
  room.subscribe(() => {
    const state = room.get();
    const roomId = roomIdOf(state);
    if (roomId !== shown && roomId !== undefined) world.goToRoom(roomId);
    else if (roomId !== shown) world.goHome();
    shown = roomId;
    const before = uses;
    uses = state.phase !== 'none' && state.phase !== 'out' && state.phase !== 'held';
    if (uses && !before) devices.send({ type: 'need', ...needs('video') });
    else if (before && !uses && state.phase !== 'held') devices.send({ type: 'need', ...needs(preferences.get().mode) });
  });
  const share = (): void => room.setTracks(devices.tracks());
  let { tracks } = devices.get();
  devices.subscribe(() => {
    if (devices.get().tracks === tracks) return;
    tracks = devices.get().tracks;
    share();
  });
  // A friend's call is over: the place was kept. That somebody may have listened is read first.
  call.subscribe(() => {
    const state = call.get();
    if (room.get().phase !== 'held') return;
    if (state.phase === 'none') room.send({ type: 'return' });
    else if (state.phase === 'ended' && state.cause !== 'identity') call.send({ type: 'dismiss' });
  });
}

/** The server's word about rooms after a new socket. */
export function roomConnected({ room }: Features, { room: seat, roomWaiting: waiting, session }: Connected, nickname: string): void {
  const name = nickname.trim() === '' ? 'Guest' : nickname;
  room.send({ type: 'connected', inCall: session !== undefined, nickname: name, ...(seat && { room: seat }), ...(waiting && { waiting }) });
}

export interface RoomWays {
  readonly openMaker: () => void;
  readonly makeRoom: (wish: CreateRoomRequest) => void;
  /** To the door of the room that was just made. */
  readonly visitRoom: (roomId: string) => void;
  readonly enterRoom: (nickname: string, password: string) => void;
  readonly leaveRoom: () => void;
  readonly copyRoomLink: () => void;
  /** Phones mostly cannot. */
  readonly canShareScreen: boolean;
  /** From the door, or the card, to the start. */
  readonly leaveDoor: () => void;
}

export interface RoomWaysHands {
  readonly say: Say;
  readonly first: (wanted: 'talk', go: () => void) => void;
}

export function roomWays(features: Features, context: AccountsContext, { first, say }: RoomWaysHands): RoomWays {
  const { room, roomMaker, signIn, matching, call } = features;
  const { world, preferences, change, news } = context;
  const visitRoom = (roomId: string): void => {
    roomMaker.send({ type: 'close' });
    room.send({ type: 'door', roomId });
  };
  return {
    openMaker: () =>
      first('talk', () => {
        news.set(undefined);
        roomMaker.send({ type: 'open' });
      }),
    makeRoom: (wish) => {
      if (signIn.get().phase === 'out') signIn.send({ type: 'enter', wish: wishOf(preferences.get()) });
      roomMaker.send({ type: 'make', wish });
    },
    visitRoom,
    enterRoom: (nickname, password) =>
      first('talk', () => {
        withdraw(features);
        matching.send({ type: 'cancel' });
        call.send({ type: 'dismiss' });
        change({ nickname });
        room.send({ type: 'enter', nickname, password });
      }),
    leaveRoom: () => room.send({ type: 'leave' }),
    canShareScreen: world.canShareScreen,
    copyRoomLink: () => {
      world.copy(location.href).then(
        () => say('The link is copied. Send it to whom you would like to see.'),
        () => say('Your browser did not let us copy: take the link from its address bar.'),
      );
    },
    leaveDoor: () => {
      room.send({ type: 'leave' });
      room.send({ type: 'dismiss' });
    },
  };
}

/** Whether a pong tells of another room than the one the page is in, or of a seat that the page has not been told of. */
export function disagreesOnRoom({ room }: Pick<Features, 'room'>, roomId: string | undefined): boolean {
  const state = room.get();
  if (state.phase === 'entering') return roomId !== undefined;
  return state.phase === 'inside' || state.phase === 'waiting' ? roomId !== roomIdOf(state) : false;
}
