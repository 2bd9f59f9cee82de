import { describe, expect, test } from 'vitest';

import { ENTERING_LIMIT_MS, WAITING_LOOK_MS } from './core/place';
import type { RoomEvent } from './core/state';

import { roomPeer, roomState } from '@/testing/room';
import { FRESH, peerSays, play, seen, SERVERS, sit, told } from '@/testing/room-page';

const knock = (password?: string): readonly RoomEvent[] => [
  { type: 'door', roomId: 'r1' },
  { type: 'enter', nickname: 'Me', ...(password !== undefined && { password }) },
];
const refused = (code: 'not_in_session' | 'forbidden'): RoomEvent => ({ type: 'refused', id: 'room-join', problem: { code, message: '' } });
const hello = { type: 'send', frame: { action: 'hello', data: {} } };
const connected = (some: object = {}): RoomEvent => ({ type: 'connected', inCall: false, nickname: 'Me', ...some });
const waiting = (hosted: boolean) => ({ roomId: 'r1', name: 'Choir', hosted });
const placeDue: RoomEvent = { type: 'due', timer: 'place' };

describe('a page that was not told', () => {
  test('whether it is in asks where it is, until it is told', () => {
    const page = play();
    page.send(...knock());
    expect(page.of('timer')).toEqual([{ type: 'timer', timer: 'place', ms: ENTERING_LIMIT_MS }]);
    page.send({ type: 'acknowledged', id: 'room-join' });
    page.forget();
    page.send(placeDue, placeDue);
    expect(page.sent('hello')).toEqual([hello, hello]);
    expect(page.of('timer')).toHaveLength(2);
    page.send(seen(1, []), placeDue);
    expect(page.effects).toContainEqual({ type: 'timer-off', timer: 'place' });
    expect(page.sent('hello')).toHaveLength(2);
  });

  test('whether the host has opened asks now and then', () => {
    const page = play();
    page.send(...knock(), told('room-waiting', waiting(true)));
    expect(page.of('timer').at(-1)).toEqual({ type: 'timer', timer: 'place', ms: WAITING_LOOK_MS });
    page.send(placeDue);
    expect(page.sent('hello')).toHaveLength(1);
    expect(page.of('timer').at(-1)).toEqual({ type: 'timer', timer: 'place', ms: WAITING_LOOK_MS });
    page.send(connected({ room: { ...roomState(4, [roomPeer('bea')]), iceServers: SERVERS } }));
    expect(page.inside().view.version).toBe(4);
  });

  test('of a refusal neither asks nor waits', () => {
    const page = play();
    page.send(...knock(), refused('forbidden'));
    expect(page.effects).toContainEqual({ type: 'timer-off', timer: 'place' });
    page.send(placeDue);
    expect(page.sent('hello')).toEqual([]);
  });
});

describe('a password', () => {
  test('is said at the door, again where the server has not heard it, and never by who has a seat', () => {
    const page = play();
    const seated = { type: 'join', entry: { roomId: 'r1', nickname: 'Me' } };
    page.send(...knock('sesame'), connected());
    expect(page.of('join')).toEqual([1, 2].map(() => ({ type: 'join', entry: { roomId: 'r1', nickname: 'Me', password: 'sesame' } })));
    page.forget();
    page.send(connected({ room: roomState(2, []) }));
    expect(page.of('join')).toEqual([seated]);
    page.forget();
    page.send(seen(3, [], { ownPeerId: 'anew' }), { type: 'due', timer: 'refresh' });
    expect(page.of('join')).toEqual([{ ...seated, peerId: 'anew' }]);
    page.forget();
    page.send({ type: 'hold' }, { type: 'return' });
    expect(page.of('join')).toEqual([seated]);
  });

  test('is not said again by who waits before the door', () => {
    const page = play();
    page.send(...knock('sesame'), told('room-waiting', waiting(true)));
    expect(page.get()).toMatchObject({ entry: { roomId: 'r1', nickname: 'Me' } });
    expect(JSON.stringify(page.get())).not.toContain('sesame');
  });

  test('is forgotten as soon as one sits', () => {
    const page = play();
    page.send(...knock('sesame'), seen(1, []), { type: 'due', timer: 'refresh' });
    expect(page.of('join').at(-1)).toEqual({ type: 'join', entry: { roomId: 'r1', nickname: 'Me' }, peerId: 'me' });
    expect(JSON.stringify(page.get())).not.toContain('sesame');
  });
});

describe('a seat under another alias than the page knows', () => {
  test('is nobody’s: it sits down anew, once, and hears no more of that alias', () => {
    const page = sit(roomPeer('bea'));
    page.forget();
    const other = seen(9, [roomPeer('bea')], { ownPeerId: 'other' });
    page.send(other);
    expect(page.get()).toMatchObject({ phase: 'entering', former: 'other' });
    expect(page.effects.map(({ type }) => type)).toEqual(['timers-off', 'close', 'connect', 'join', 'timer']);
    page.send(other, seen(10, [roomPeer('bea')], { ownPeerId: 'third', iceServers: SERVERS }), other, seen(8, [], { ownPeerId: 'me' }));
    expect(page.of('join')).toHaveLength(1);
    expect(page.inside().view.ownPeerId).toBe('third');
  });

  test('that the server refuses is asked for, and no connection is given up for it', () => {
    const page = sit(roomPeer('bea', { role: 'answerer' }));
    page.send(peerSays('bea', 'connected'));
    page.forget();
    page.send({ type: 'due', timer: 'refresh' }, refused('not_in_session'));
    expect(page.sent('hello')).toEqual([hello]);
    page.send(connected({ room: { ...roomState(4, [roomPeer('bea', { role: 'answerer' })]), iceServers: FRESH } }));
    expect(page.of('close')).toEqual([]);
    expect(page.of('join')).toHaveLength(1);
  });

  test('does not lead to asking again and again while a connection fails', () => {
    const page = sit(roomPeer('bea'));
    page.forget();
    for (let round = 0; round < 5; round += 1) {
      page.send(refused('not_in_session'), connected({ room: { ...roomState(4, [roomPeer('bea')]), iceServers: FRESH } }));
    }
    expect(page.of('join')).toEqual([]);
    expect(page.of('peer-offer')).toHaveLength(5);
  });

  test('is not told by what is late: a refusal of the page’s former alias', () => {
    const page = sit(roomPeer('bea'));
    page.send(seen(9, [], { ownPeerId: 'other' }), refused('not_in_session'));
    expect(page.get().phase).toBe('entering');
  });
});

describe('before the door', () => {
  test('the page knows whether somebody is there who can open it', () => {
    const page = play();
    page.send(...knock(), told('room-waiting', waiting(false)));
    expect(page.get()).toMatchObject({ phase: 'waiting', hosted: false });
    page.send(told('room-waiting', waiting(true)));
    expect(page.get()).toMatchObject({ phase: 'waiting', hosted: true });
    page.send(connected({ waiting: waiting(false) }));
    expect(page.get()).toMatchObject({ phase: 'waiting', hosted: false });
  });
});

test('what was said before the page sat down anew is said again', () => {
  const page = sit(roomPeer('bea'));
  page.send({ type: 'say', text: 'Hello' }, seen(9, [roomPeer('bea')], { ownPeerId: 'other' }));
  page.forget();
  page.send(seen(10, [roomPeer('bea')], { ownPeerId: 'third' }));
  expect(page.sent('send-message').map(({ frame }) => frame.data)).toEqual([{ roomId: 'r1', n: 1, message: 'Hello' }]);
});
