import { describe, expect, test } from 'vitest';

import { REFRESH_MS } from './core/within';

import { chanceOf, shuffled } from '@/testing/chance';
import { roomPeer, roomState } from '@/testing/room';
import { description, peerSays, play, seen, SERVERS, signalled, sit, told } from '@/testing/room-page';

describe('coming in', () => {
  test('looks at the door, enters with a password, and waits for the host', () => {
    const page = play();
    page.send({ type: 'door', roomId: 'r1' });
    expect(page.of('look')).toEqual([{ type: 'look', roomId: 'r1' }]);
    page.send({ type: 'enter', nickname: 'Me', password: 'open' });
    expect(page.of('join')).toEqual([{ type: 'join', entry: { roomId: 'r1', nickname: 'Me', password: 'open' } }]);
    page.send(told('room-waiting', { roomId: 'r1', name: 'Choir' }));
    expect(page.get()).toMatchObject({ phase: 'waiting', name: 'Choir' });
    page.send(seen(3, [roomPeer('bea')], { iceServers: SERVERS }));
    expect(page.inside().view.version).toBe(3);
    expect(page.of('peer-open')).toEqual([{ type: 'peer-open', peer: 'bea', iceServers: SERVERS, policy: 'all' }]);
    expect(page.of('timer')).toContainEqual({ type: 'timer', timer: 'refresh', ms: REFRESH_MS });
  });

  test('a refusal leads back to the door with the reason, and looks again who is there', () => {
    const page = play();
    const problem = { code: 'forbidden', message: 'That is not this room’s password; try again.' } as const;
    page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' }, { type: 'refused', id: 'room-join', problem });
    expect(page.get()).toMatchObject({ phase: 'door', problem });
    expect(page.of('look')).toHaveLength(2);
  });

  test('a link that leads nowhere says so', () => {
    const page = play();
    page.send({ type: 'door', roomId: 'r1' }, { type: 'no-facts', roomId: 'r1', problem: { code: 'not_found', message: '' } });
    expect(page.get()).toMatchObject({ phase: 'out', why: 'gone' });
  });
});

describe('the newest state', () => {
  test('is what is so, in whichever order the states come', () => {
    const states = [2, 3, 4, 5, 6].map((version) => seen(version, [roomPeer(`p${version}`)]));
    for (let seed = 1; seed <= 50; seed += 1) {
      const page = sit();
      page.send(...shuffled(chanceOf(seed), states));
      expect(page.inside().view.version).toBe(6);
      expect(Object.keys(page.inside().mesh.links)).toEqual(['p6']);
    }
  });

  test('closes who has gone and who is in another call, and keeps who is lost', () => {
    const page = sit(roomPeer('bea'), roomPeer('cleo'), roomPeer('dora'));
    page.send(seen(2, [roomPeer('bea', { presence: 'lost' }), roomPeer('cleo', { presence: 'held' })]));
    expect(page.of('peer-close').map(({ peer }) => peer)).toEqual(['cleo', 'dora']);
    expect(Object.keys(page.inside().mesh.links)).toEqual(['bea']);
  });

  test('of another room changes nothing, nor does an older one of another alias', () => {
    const page = sit(roomPeer('bea'));
    page.send(told('participant', roomState(9, [], { roomId: 'r2' })), seen(1, [], { ownPeerId: 'before' }), seen(0, [], { ownPeerId: 'before' }));
    expect(Object.keys(page.inside().mesh.links)).toEqual(['bea']);
  });
});

describe('the socket', () => {
  test('comes back: media is untouched, unsent lines are said again', () => {
    const page = sit(roomPeer('bea', { role: 'answerer' }));
    page.send(peerSays('bea', 'connected'), { type: 'say', text: 'Hello' });
    page.forget();
    page.send({ type: 'connected', room: roomState(4, [roomPeer('bea', { role: 'answerer' })]), inCall: false, nickname: 'Me' });
    expect(page.effects.filter(({ type }) => type.startsWith('peer-'))).toEqual([]);
    expect(page.of('join')).toEqual([]);
    expect(page.sent('send-message')).toHaveLength(1);
  });

  test('of a page that was loaded anew: it sits down again, and hears nothing under the old alias', () => {
    const page = play();
    page.send({ type: 'door', roomId: 'r1' }, { type: 'connected', room: roomState(4, [roomPeer('bea')], { ownPeerId: 'before' }), inCall: false, nickname: 'Me' });
    expect(page.of('join')).toEqual([{ type: 'join', entry: { roomId: 'r1', nickname: 'Me' } }]);
    page.send(told('message', { roomId: 'r1', from: 'bea', n: 1, message: 'Are you there?', sentAt: 0 }));
    page.send(seen(5, [roomPeer('bea')], { ownPeerId: 'before' }));
    expect(page.get().phase).toBe('entering');
    page.send(seen(6, [roomPeer('bea')], { iceServers: SERVERS }));
    expect(page.inside().talk.lines.map(({ nickname, text }) => `${nickname}: ${text}`)).toEqual(['BEA: Are you there?']);
  });

  test('is away too long: the place is gone', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'connected', inCall: false, nickname: 'Me' });
    expect(page.get()).toMatchObject({ phase: 'out', why: 'lost' });
    expect(page.of('close')).toHaveLength(1);
  });

  test('did not carry the leaving: it is said again', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'leave' }, { type: 'dismiss' }, { type: 'connected', room: roomState(4, []), inCall: false, nickname: 'Me' });
    expect(page.sent('leave-room')).toHaveLength(2);
    expect(page.get().phase).toBe('none');
  });

  test('of somebody else was gone: they are told the last lines, and drop what they have', () => {
    const page = sit(roomPeer('bea'));
    for (let line = 1; line <= 60; line += 1) page.send({ type: 'say', text: `line ${line}` }, { type: 'acknowledged', id: `room-line-${line}` });
    page.forget();
    page.send(seen(2, [roomPeer('bea', { presence: 'lost' })]), seen(3, [roomPeer('bea')]));
    const again = page.sent('send-message').map(({ frame }) => frame.data);
    expect(again).toHaveLength(50);
    expect(again[0]).toMatchObject({ to: 'bea', n: 11 });
    const line = told('message', { roomId: 'r1', from: 'bea', n: 1, message: 'Hi', sentAt: 0 });
    page.send(line, line);
    expect(page.inside().talk.lines.filter(({ from }) => from === 'bea')).toHaveLength(1);
  });
});

describe('a socket that was replaced before anybody noticed', () => {
  test('counts as one that was gone: lines are said again, and what is not connected is made anew', () => {
    const page = sit(roomPeer('bea', { returns: 1 }), roomPeer('cleo', { returns: 1 }));
    page.send(peerSays('cleo', 'connected'), { type: 'say', text: 'Hello' }, { type: 'acknowledged', id: 'room-line-1' });
    page.forget();
    page.send(seen(2, [roomPeer('bea', { returns: 2 }), roomPeer('cleo', { returns: 2 })]));
    expect(page.sent('send-message').map(({ frame }) => frame.data)).toMatchObject([{ to: 'bea', n: 1 }, { to: 'cleo', n: 1 }]);
    expect(page.inside().mesh.restarting).toEqual(['bea']);
    page.forget();
    page.send(seen(3, [roomPeer('bea', { returns: 2 }), roomPeer('cleo', { returns: 2 })]));
    expect(page.sent('send-message')).toEqual([]);
  });
});

describe('going', () => {
  test.each(['removed', 'closed', 'moderation'])('%s ends it all', (reason) => {
    const page = sit(roomPeer('bea'));
    page.send(told('room-ended', { roomId: 'r1', reason }));
    expect(page.get()).toMatchObject({ phase: 'out', why: reason });
    expect(page.effects.slice(-2)).toEqual([{ type: 'timers-off' }, { type: 'close' }]);
    page.send(seen(9, [roomPeer('bea')]), signalled('bea', 1, description('offer')));
    expect(page.get().phase).toBe('out');
  });

  test('away from the door is no removal from the room', () => {
    const page = play();
    page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' }, told('room-waiting', { roomId: 'r1', hosted: true }), told('room-ended', { roomId: 'r1', reason: 'removed' }));
    expect(page.get()).toMatchObject({ phase: 'out', why: 'refused' });
  });

  test('into another call keeps the seat, and the way back is a new place', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'hold' });
    expect(page.of('close')).toHaveLength(1);
    expect(page.sent('leave-room')).toEqual([]);
    page.send({ type: 'connected', inCall: true, nickname: 'Me' });
    expect(page.get().phase).toBe('held');
    page.send({ type: 'return' });
    expect(page.of('join').at(-1)).toEqual({ type: 'join', entry: { roomId: 'r1', nickname: 'Me' } });
  });
});

/** Somebody whose screen is shown, as the server knows. */
function showing() {
  const page = sit(roomPeer('bea'));
  page.send({ type: 'show-screen', shown: true }, { type: 'screen-opened' }, seen(2, [roomPeer('bea')], { screen: true }));
  return page;
}

describe('the screen', () => {
  test('is asked for at once, and taken back when somebody else shows theirs', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'show-screen', shown: true });
    expect(page.of('screen-open')).toHaveLength(1);
    page.send({ type: 'refused', id: 'room-screen', problem: { code: 'conflict', message: 'BEA shows their screen; ask them to stop first.' } }, { type: 'screen-opened' });
    expect(page.inside()).toMatchObject({ screen: 'off', told: 'BEA shows their screen; ask them to stop first.' });
    expect(page.of('screen-close')).toHaveLength(2);
  });

  test('that the person does not pick, or stops, is told the others', () => {
    const page = sit(roomPeer('bea'));
    page.send({ type: 'show-screen', shown: true }, { type: 'screen-opened' }, { type: 'screen-over' });
    expect(page.sent('share-screen').map(({ frame }) => frame.data)).toMatchObject([{ shown: true }, { shown: false }]);
    expect(page.inside().screen).toBe('off');
  });

  test('is said to be shown again where a lost socket made the server forget it', () => {
    const page = showing();
    page.forget();
    page.send(seen(3, [roomPeer('bea')]));
    expect(page.inside().screen).toBe('on');
    expect(page.sent('share-screen').map(({ frame }) => frame.data)).toEqual([{ roomId: 'r1', shown: true }]);
    page.forget();
    page.send({ type: 'connected', room: roomState(4, [roomPeer('bea')]), inCall: false, nickname: 'Me' });
    expect(page.sent('share-screen')).toHaveLength(1);
  });

  test('is said to be shown again once where the new socket is the first to tell that it is not', () => {
    const page = showing();
    page.forget();
    page.send({ type: 'connected', room: roomState(4, [roomPeer('bea')]), inCall: false, nickname: 'Me' });
    expect(page.sent('share-screen').map(({ frame }) => frame.data)).toEqual([{ roomId: 'r1', shown: true }]);
    const unheard = sit(roomPeer('bea'));
    unheard.send({ type: 'show-screen', shown: true }, { type: 'screen-opened' });
    unheard.send({ type: 'connected', room: roomState(4, [roomPeer('bea')]), inCall: false, nickname: 'Me' });
    expect(unheard.sent('share-screen')).toHaveLength(2);
  });

  test('that the room shows no more, because another one is, is closed, and that is told', () => {
    const page = showing();
    page.forget();
    page.send(seen(3, [roomPeer('bea', { screen: true })]));
    expect(page.of('screen-close')).toHaveLength(1);
    expect(page.sent('share-screen')).toEqual([]);
    expect(page.inside()).toMatchObject({ screen: 'off', told: expect.stringMatching(/your screen is not shown any more/iu) as string });
  });

  test('that the person has closed themselves is no news', () => {
    const page = showing();
    page.send({ type: 'show-screen', shown: false }, { type: 'show-screen', shown: true });
    page.forget();
    page.send(seen(3, [roomPeer('bea')]), seen(4, [roomPeer('bea')], { screen: true }), { type: 'screen-opened' });
    expect(page.effects).toEqual([]);
    expect(page.inside().screen).toBe('on');
  });
});

test('mute-all mutes the own microphone and says who asked', () => {
  const page = sit(roomPeer('bea'));
  page.send(told('mute-all', { roomId: 'r1', from: 'bea' }));
  expect(page.of('hush')).toHaveLength(1);
  expect(page.inside().told).toContain('BEA');
});
