import { describe, expect, test } from 'vitest';

import { RETURN_RETRY_MS, RETURN_TRIES_MAX } from './core/place';
import type { RoomEvent } from './core/state';

import { roomPeer, roomState } from '@/testing/room';
import { description, play, seen, signalled, sit, told } from '@/testing/room-page';

const KNOCK: readonly RoomEvent[] = [
  { type: 'door', roomId: 'r1' },
  { type: 'enter', nickname: 'Me' },
];
const WAITING = told('room-waiting', { roomId: 'r1', hosted: true });
const inCall: RoomEvent = { type: 'refused', id: 'room-join', problem: { code: 'conflict', message: 'End your call first.' } };
const placeDue: RoomEvent = { type: 'due', timer: 'place' };

describe('who comes back from a friend’s call', () => {
  test('knocks again where the server has not heard of its end, but not for ever', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'hold' }, { type: 'return' });
    page.forget();
    page.send(inCall);
    expect(page.get().phase).toBe('entering');
    expect(page.of('timer')).toEqual([{ type: 'timer', timer: 'place', ms: RETURN_RETRY_MS }]);
    page.send(placeDue);
    expect(page.of('join')).toHaveLength(1);
    for (let again = 0; again < RETURN_TRIES_MAX; again += 1) page.send(inCall, placeDue);
    expect(page.get()).toMatchObject({ phase: 'door', problem: { message: 'End your call first.' } });
  });

  test('waits before the door where they have waited before', () => {
    const page = play();
    page.send(...KNOCK, WAITING, { type: 'hold' });
    expect(page.get().phase).toBe('held');
    page.send({ type: 'return' }, WAITING);
    expect(page.get().phase).toBe('waiting');
    page.send({ type: 'connected', inCall: true, nickname: 'Me' });
    expect(page.get().phase).toBe('held');
  });
});

test('a device that has only woken shows the door, and gives the seat back where it is not wanted', () => {
  const page = play();
  page.send({ type: 'connected', inCall: false, nickname: 'Me', room: roomState(4, [roomPeer('bea')]) });
  expect(page.get()).toMatchObject({ phase: 'door', roomId: 'r1' });
  expect(page.of('join')).toEqual([]);
  page.send({ type: 'connected', inCall: false, nickname: 'Me', room: roomState(5, [roomPeer('bea')]) });
  expect(page.of('join')).toEqual([]);
  page.send({ type: 'leave' });
  expect(page.sent('leave-room')).toHaveLength(1);
  expect(page.get().phase).toBe('none');
});

describe('lines are repeated', () => {
  const lines = (page: ReturnType<typeof play>): readonly unknown[] => page.sent('send-message').map(({ frame }) => frame.data);

  test('to nobody who had not come when they were said', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'say', text: 'between us' }, { type: 'acknowledged', id: 'room-line-1' });
    page.send(seen(2, [roomPeer('bea'), roomPeer('cleo')]), { type: 'say', text: 'for both' }, { type: 'acknowledged', id: 'room-line-2' });
    page.forget();
    page.send(seen(3, [roomPeer('bea'), roomPeer('cleo', { returns: 1 })]));
    expect(lines(page)).toEqual([{ roomId: 'r1', to: 'cleo', n: 2, message: 'for both' }]);
  });

  test('to nobody who came while one of them was not acknowledged yet', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'say', text: 'between us' }, seen(2, [roomPeer('bea'), roomPeer('cleo')]));
    page.forget();
    page.send(seen(3, [roomPeer('bea'), roomPeer('cleo', { returns: 1 })]));
    expect(lines(page)).toEqual([]);
  });

  test('under no other alias than they were said under', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'say', text: 'once' }, { type: 'acknowledged', id: 'room-line-1' }, { type: 'hold' }, { type: 'return' });
    page.send(seen(4, [roomPeer('bea')], { ownPeerId: 'anew' }));
    page.forget();
    page.send(seen(5, [roomPeer('bea', { returns: 1 })], { ownPeerId: 'anew' }));
    expect(lines(page)).toEqual([]);
  });
});

test('a screen that is over, of which the server has not heard, is ended there', () => {
  const page = sit(roomPeer('bea'));
  page.forget();
  page.send(seen(2, [roomPeer('bea')], { screen: true }));
  expect(page.sent('share-screen').map(({ frame }) => frame.data)).toEqual([{ roomId: 'r1', shown: false }]);
});

test('an offer that comes before the page knows that it sits is taken then', () => {
  const page = play();
  page.send(...KNOCK);
  page.send(signalled('bea', 1, description('offer')), seen(1, [roomPeer('bea', { role: 'answerer' })]));
  expect(page.of('peer-answer')).toMatchObject([{ peer: 'bea' }]);
});
