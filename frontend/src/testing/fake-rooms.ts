import type { ClientFrame, NewPeer, Participant, RoomPeer, RoomState, RoomWaiting } from '@/protocol/messages';

interface Seat {
  readonly userId: string;
  readonly peerId: string;
  readonly nickname: string;
  readonly sha256: string | undefined;
  admitted: boolean;
  presence: RoomPeer['presence'];
  returns: number;
  hand: boolean;
  screen: boolean;
}

interface FakeRoom {
  readonly roomId: string;
  readonly name: string | undefined;
  readonly capacity: number;
  readonly password: string | undefined;
  readonly waitingRoom: boolean;
  readonly owner: string;
  version: number;
  locked: boolean;
  manyScreens: boolean;
  seats: Seat[];
  /** What who waits before the door was told last. */
  hosted: boolean;
}

export interface RoomHands {
  readonly tell: (userId: string, event: string, data: unknown, id?: string) => void;
  readonly now: () => number;
}

type RoomFrame = Extract<ClientFrame, { readonly action: 'join-room' | 'leave-room' | 'raise-hand' | 'share-screen' | 'room-admin' }>;

const SHARE = { listenerKbps: 700, speakerKbps: 900, lines: 540, frames: 30 };

/** Rooms in memory, as far as pages can tell. */
export class FakeRooms {
  private readonly rooms = new Map<string, FakeRoom>();
  private readonly hands: RoomHands;
  private counter = 0;

  constructor(hands: RoomHands) {
    this.hands = hands;
  }

  create(owner: string, wish: Readonly<Record<string, unknown>>): { roomId: string; url: string } {
    const roomId = `room-${++this.counter}`;
    const text = (name: string): string | undefined => (typeof wish[name] === 'string' ? wish[name] : undefined);
    const capacity = typeof wish['capacity'] === 'number' ? wish['capacity'] : 8;
    this.rooms.set(roomId, {
      roomId, name: text('name'), capacity, password: text('password'), waitingRoom: wish['waitingRoom'] === true,
      owner, version: 1, locked: false, manyScreens: false, seats: [], hosted: false,
    });
    return { roomId, url: `http://localhost/room/${roomId}` };
  }

  factsOf(roomId: string): object | undefined {
    const room = this.rooms.get(roomId);
    if (room === undefined) return undefined;
    const { name, capacity, waitingRoom, locked } = room;
    return { roomId, name, participants: people(room).length, capacity, passwordRequired: room.password !== undefined, waitingRoom, locked, expiresAt: this.hands.now() + 86_400_000 };
  }

  /** Seats somebody who has no page, for pictures. */
  seat(roomId: string, nickname: string, some: Partial<Seat> = {}): void {
    const room = this.rooms.get(roomId);
    if (room === undefined) return;
    const userId = `nobody-${++this.counter}`;
    room.seats.push({ userId, peerId: `peer-${this.counter}`, nickname, sha256: undefined, admitted: true, presence: 'here', returns: 0, hand: false, screen: false, ...some });
    this.show(room);
  }

  /** What `connected` says of where somebody is. */
  placeOf(userId: string): { room?: Participant; roomWaiting?: RoomWaiting } {
    const [room, seat] = this.find(userId);
    if (room === undefined || seat === undefined || seat.presence === 'held') return {};
    if (!seat.admitted) return { roomWaiting: waitingFor(room) };
    seat.presence = 'here';
    seat.returns += 1;
    this.show(room);
    return { room: view(room, seat) };
  }

  lose(userId: string, presence: RoomPeer['presence'] = 'lost'): void {
    const [room, seat] = this.find(userId);
    if (room === undefined || seat === undefined) return;
    seat.presence = presence;
    this.show(room);
  }

  /** Whether the frame is of rooms; it is answered then. */
  hear(userId: string, frame: ClientFrame): boolean {
    if (isOfRooms(frame)) {
      const problem = this.heed(userId, frame);
      if (frame.id !== undefined) this.hands.tell(userId, problem === undefined ? 'ack' : 'error', problem ?? {}, frame.id);
      return true;
    }
    if (!('roomId' in frame.data)) return false;
    this.relay(userId, frame);
    if (frame.id !== undefined) this.hands.tell(userId, 'ack', {}, frame.id);
    return true;
  }

  /** Whoever is out hears why. */
  end(userId: string, reason: string): void {
    const [room, seat] = this.find(userId);
    if (room === undefined || seat === undefined) return;
    this.hands.tell(userId, 'room-ended', { roomId: room.roomId, reason });
    this.part(room, seat, reason);
  }

  private heed(userId: string, frame: RoomFrame): object | undefined {
    const room = this.rooms.get(frame.data.roomId);
    if (room === undefined) return { code: 'not_found', message: 'There is no such room any more; ask for a new link, or make a room of your own.' };
    const seat = room.seats.find((one) => one.userId === userId);
    switch (frame.action) {
      case 'join-room':
        return this.join(room, userId, frame.data);
      case 'leave-room':
        if (seat !== undefined) this.part(room, seat, 'left');
        break;
      case 'raise-hand':
        if (seat !== undefined) seat.hand = frame.data.raised ?? true;
        this.show(room);
        break;
      case 'share-screen':
        if (seat !== undefined) seat.screen = frame.data.shown;
        this.show(room);
        break;
      case 'room-admin':
        this.govern(room, frame.data);
        break;
      default:
        frame satisfies never;
    }
    return undefined;
  }

  private join(room: FakeRoom, userId: string, said: Extract<RoomFrame, { action: 'join-room' }>['data']): object | undefined {
    const before = room.seats.find((one) => one.userId === userId);
    if (before !== undefined && before.peerId === said.peerId) {
      this.hands.tell(userId, 'participant', { ...view(room, before), iceServers: [] });
      return undefined;
    }
    if (said.peerId !== undefined) return { code: 'not_in_session', message: 'You are not in this room, or not any more.' };
    if (before === undefined) {
      const owns = room.owner === userId;
      if (!owns && room.password !== undefined && said.password !== room.password) return { code: 'forbidden', message: "That is not this room's password; try again." };
      if (!owns && room.locked) return { code: 'forbidden', message: 'The host has locked this room; ask them to unlock it.' };
      if (people(room).length >= room.capacity) return { code: 'conflict', message: `This room is full: ${room.capacity} of ${room.capacity} are in it.` };
    }
    const admitted = before?.admitted ?? (!room.waitingRoom || room.owner === userId);
    const peerId = `peer-${++this.counter}`;
    const seat: Seat = { userId, peerId, nickname: said.name ?? 'Guest', sha256: said.sha256, admitted, presence: 'here', returns: 0, hand: false, screen: false };
    room.seats = [...room.seats.filter((one) => one !== before), seat];
    room.version += 1;
    if (admitted) this.welcome(room, seat);
    else {
      this.hands.tell(userId, 'room-waiting', waitingFor(room));
      this.show(room);
    }
    return undefined;
  }

  private welcome(room: FakeRoom, seat: Seat): void {
    this.hands.tell(seat.userId, 'participant', { ...view(room, seat), iceServers: [] });
    for (const other of people(room)) {
      if (other !== seat) this.hands.tell(other.userId, 'new-peer', { ...view(room, other), peerId: seat.peerId, nickname: seat.nickname, iceServers: [] } satisfies NewPeer);
    }
    this.tellDoor(room);
  }

  /** Somebody who has no page opens the door, for tests. */
  admit(userId: string): void {
    const [room, seat] = this.find(userId);
    if (room !== undefined && seat !== undefined) this.govern(room, { roomId: room.roomId, op: 'admit', peerId: seat.peerId });
  }

  private govern(room: FakeRoom, { op, peerId }: Extract<RoomFrame, { action: 'room-admin' }>['data']): void {
    const whom = room.seats.find((one) => one.peerId === peerId);
    if (op === 'one-screen') for (const one of people(room).filter(({ screen }) => screen).slice(1)) one.screen = false;
    if (op === 'lock' || op === 'unlock') room.locked = op === 'lock';
    if (op === 'many-screens' || op === 'one-screen') room.manyScreens = op === 'many-screens';
    if (op === 'remove' && whom !== undefined) this.end(whom.userId, 'removed');
    if (op === 'mute-all') {
      const host = people(room)[0];
      for (const one of people(room).slice(1)) this.hands.tell(one.userId, 'mute-all', { roomId: room.roomId, from: host?.peerId });
    }
    if (op === 'admit' && whom !== undefined) {
      whom.admitted = true;
      room.version += 1;
      this.welcome(room, whom);
    }
    this.show(room);
  }

  private part(room: FakeRoom, seat: Seat, reason: string): void {
    room.seats = room.seats.filter((one) => one !== seat);
    room.version += 1;
    for (const one of people(room)) this.hands.tell(one.userId, 'peer-left', { ...view(room, one), peerId: seat.peerId, reason });
    this.tellDoor(room);
    if (room.seats.length === 0) this.rooms.delete(room.roomId);
  }

  private relay(userId: string, frame: ClientFrame): void {
    const data = frame.data as { roomId: string; to?: string };
    const room = this.rooms.get(data.roomId);
    const from = room?.seats.find((one) => one.userId === userId);
    if (room === undefined || from === undefined) return;
    const { to, ...rest } = data;
    for (const one of people(room)) {
      if (one === from || (to !== undefined && one.peerId !== to)) continue;
      this.hands.tell(one.userId, frame.action.replace('send-', ''), { ...rest, from: from.peerId, sentAt: this.hands.now() });
    }
  }

  private show(room: FakeRoom): void {
    room.version += 1;
    for (const one of people(room)) this.hands.tell(one.userId, 'participant', view(room, one));
    this.tellDoor(room);
  }

  /** Who waits hears when somebody comes who can let them in, or goes. */
  private tellDoor(room: FakeRoom): void {
    const door = waitingFor(room);
    if (door.hosted === room.hosted) return;
    room.hosted = door.hosted;
    for (const { userId, admitted } of room.seats) if (!admitted) this.hands.tell(userId, 'room-waiting', door);
  }

  private find(userId: string): readonly [FakeRoom?, Seat?] {
    for (const room of this.rooms.values()) {
      const seat = room.seats.find((one) => one.userId === userId);
      if (seat !== undefined) return [room, seat];
    }
    return [];
  }
}

function isOfRooms(frame: ClientFrame): frame is RoomFrame {
  return ['join-room', 'leave-room', 'raise-hand', 'share-screen', 'room-admin'].includes(frame.action);
}

function people({ seats }: FakeRoom): Seat[] {
  return seats.filter(({ admitted }) => admitted);
}

function waitingFor(room: FakeRoom): RoomWaiting {
  const { roomId, name } = room;
  return { roomId, ...(name !== undefined && { name }), hosted: people(room).some(({ presence }) => presence === 'here') };
}

function view(room: FakeRoom, own: Seat): RoomState {
  const { roomId, version, name, capacity, locked, waitingRoom, manyScreens, owner } = room;
  const all = people(room);
  const host = all.find(({ userId }) => userId === owner) ?? all[0];
  const peers = all.filter((one) => one !== own).map((one): RoomPeer => ({
    peerId: one.peerId,
    nickname: one.nickname,
    ...(one.sha256 !== undefined && { sha256: one.sha256 }),
    role: all.indexOf(own) < all.indexOf(one) ? 'offerer' : 'answerer',
    iceTransportPolicy: 'all',
    presence: one.presence,
    returns: one.returns,
    ...(one.hand && { handRaisedAt: 1 }),
    screen: one.screen,
  }));
  const waiting = host === own ? room.seats.filter(({ admitted }) => !admitted).map(({ peerId, nickname }) => ({ peerId, nickname })) : [];
  return {
    roomId, version, capacity, epoch: 1, locked, waitingRoom, manyScreens, ownPeerId: own.peerId, owner: own.userId === owner, handRaised: own.hand, screen: own.screen,
    ...(name !== undefined && { name }), ...(host !== undefined && { hostPeerId: host.peerId }), peers, waiting, share: SHARE,
  };
}
