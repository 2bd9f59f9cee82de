import { describe, expect, test } from 'vitest';

import type { RoomEffect } from './core/effect';
import { GAP_LIMIT_MS } from './core/link';
import type { Inside, RoomEvent, RoomFrame, RoomMachineState } from './core/state';
import { NO_ROOM, reduceRoom, REFRESH_MS } from './machine';

import type { Signal } from '@/lib/core/signal';
import type { Participant, RoomPeer, SendDescription } from '@/protocol/messages';
import { chanceOf, shuffled } from '@/testing/chance';
import { STRANGER, THEIRS, sdp } from '@/testing/match';
import { roomPeer, roomState } from '@/testing/room';

const SERVERS = [{ urls: ['turn:one'] }];
const FRESH = [{ urls: ['turn:two'] }];

/** A machine and all it has asked for. */
function play(start: RoomMachineState = NO_ROOM) {
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

const told = (event: RoomFrame['event'], data: unknown): RoomEvent => ({ type: 'frame', frame: { event, ts: 0, data } as unknown as RoomFrame });
const seen = (version: number, peers: readonly RoomPeer[], some: Partial<Participant> = {}): RoomEvent =>
  told('participant', { ...roomState(version, peers), ...some });
const signalled = (from: string, n: number, signal: Signal): RoomEvent =>
  told(signal.kind, { roomId: 'r1', from, epoch: 1, n, data: signal.kind === 'candidate' ? signal.candidate : signal.description });
const description = (kind: 'offer' | 'answer', sha256 = THEIRS, mark = ''): Signal => ({ kind, description: { type: kind, sdp: sdp(sha256, mark) } });
const candidate = (name: string): Signal => ({ kind: 'candidate', candidate: { candidate: `candidate:${name}`, sdpMid: '0' } });
const peerSays = (peer: string, news: 'connected' | 'disconnected' | 'failed' | 'remote-set'): RoomEvent => ({ type: 'peer', peer, news: { news } });

/** Somebody who has sat down among these. */
function sit(...peers: readonly RoomPeer[]) {
  const page = play();
  page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' }, seen(1, peers, { iceServers: SERVERS }));
  return page;
}

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

  test('of another room or another alias changes nothing', () => {
    const page = sit(roomPeer('bea'));
    page.send(told('participant', roomState(9, [], { roomId: 'r2' })), seen(9, [], { ownPeerId: 'before' }));
    expect(Object.keys(page.inside().mesh.links)).toEqual(['bea']);
  });
});

describe('the mesh', () => {
  test('the offerer offers, the answerer never does, whatever happens to the path', () => {
    const page = sit(roomPeer('bea', { role: 'offerer' }), roomPeer('cleo', { role: 'answerer' }));
    for (const peer of ['bea', 'cleo']) page.send(peerSays(peer, 'disconnected'), { type: 'due', timer: `pause ${peer}` }, peerSays(peer, 'failed'), { type: 'due', timer: `progress ${peer}` });
    page.send({ type: 'due', timer: 'servers' });
    expect(page.of('peer-offer')).toEqual([
      { type: 'peer-offer', peer: 'bea', restart: false, offer: 1 },
      { type: 'peer-offer', peer: 'bea', restart: true, offer: 2 },
    ]);
  });

  test('of two offers asked for in quick succession only the last one is sent', () => {
    const page = sit(roomPeer('bea', { role: 'offerer' }));
    page.send(peerSays('bea', 'failed'), { type: 'due', timer: 'servers' });
    for (const offer of [1, 2]) {
      page.send({ type: 'peer', peer: 'bea', news: { news: 'signal', signal: description('offer'), offer } });
    }
    expect(page.of('send').filter(({ frame }) => frame.action === 'send-offer')).toHaveLength(1);
  });

  test('candidates wait for the description, in every order in which they may come', () => {
    const frames = [signalled('bea', 1, description('offer')), signalled('bea', 2, candidate('a')), signalled('bea', 3, candidate('b')), signalled('bea', 3, candidate('b'))];
    for (let seed = 1; seed <= 60; seed += 1) {
      const page = sit(roomPeer('bea', { role: 'answerer' }));
      page.send(...shuffled(chanceOf(seed), frames));
      expect(page.of('peer-candidate')).toEqual([]);
      page.send(peerSays('bea', 'remote-set'));
      const order = page.effects.filter(({ type }) => type === 'peer-answer' || type === 'peer-candidate').map(({ type }) => type);
      expect(order).toEqual(['peer-answer', 'peer-candidate', 'peer-candidate']);
      expect(page.of('peer-candidate').map(({ candidate: one }) => one.candidate)).toEqual(['candidate:a', 'candidate:b']);
    }
  });

  test('what was lost in between is waited for only so long', () => {
    const page = sit(roomPeer('bea', { role: 'answerer' }));
    page.send(signalled('bea', 3, description('offer')));
    expect(page.of('peer-answer')).toEqual([]);
    expect(page.of('timer')).toContainEqual({ type: 'timer', timer: 'gap bea', ms: GAP_LIMIT_MS });
    page.send({ type: 'due', timer: 'gap bea' }, signalled('bea', 2, description('offer', STRANGER)));
    expect(page.of('peer-answer')).toHaveLength(1);
    expect(page.inside().mesh.links['bea']?.media).toBe('connecting');
  });

  test('what overtakes the state that names its sender is kept for it', () => {
    const page = sit();
    page.send(signalled('bea', 2, candidate('a')), signalled('bea', 1, description('offer')), seen(2, [roomPeer('bea', { role: 'answerer' })]));
    expect(page.of('peer-answer')).toHaveLength(1);
    expect(page.inside().mesh.early).toEqual([]);
  });

  test('another certificate than the announced one closes, and nothing is taken from there any more', () => {
    const page = sit(roomPeer('bea', { role: 'answerer' }), roomPeer('cleo'));
    page.send(signalled('bea', 1, description('offer', STRANGER)), signalled('bea', 2, description('offer')), signalled('bea', 3, candidate('a')));
    expect(page.of('peer-answer')).toEqual([]);
    expect(page.of('peer-candidate')).toEqual([]);
    expect(page.of('peer-close').map(({ peer }) => peer)).toEqual(['bea']);
    expect(page.inside().mesh.links['bea']?.media).toBe('unverified');
    expect(page.inside().mesh.links['cleo']?.media).toBe('connecting');
    expect(page.inside().told).toMatch(/not connected with BEA: someone in between/u);
  });

  test('who is refused for their certificate is told, and both part from each other alone', () => {
    const page = sit(roomPeer('bea', { role: 'answerer' }), roomPeer('cleo'));
    page.send(signalled('bea', 1, description('offer', STRANGER)));
    const [refusal] = page.sent('send-answer').map(({ frame }) => frame.data as SendDescription);
    expect(refusal).toMatchObject({ roomId: 'r1', to: 'bea', n: 1 });
    const other = sit(roomPeer('me', { role: 'offerer' }), roomPeer('cleo'));
    other.forget();
    other.send(signalled('me', 1, { kind: 'answer', description: refusal!.data }), peerSays('me', 'failed'), { type: 'due', timer: 'progress me' });
    expect(other.of('peer-close').map(({ peer }) => peer)).toEqual(['me']);
    expect(other.of('peer-accept')).toEqual([]);
    expect(other.of('peer-offer')).toEqual([]);
    expect(other.of('send')).toEqual([]);
    expect(other.inside().mesh.links['me']?.media).toBe('unverified');
    expect(other.inside().told).toContain('ME');
  });

  test('in whatever order they come, nothing is ever taken from whom a wrong certificate has come from, and everything from the others', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const page = sit(roomPeer('bea', { role: 'answerer' }), roomPeer('cleo', { role: 'answerer' }));
      const wrong = [signalled('bea', 1, description('offer', STRANGER)), signalled('bea', 2, candidate('a')), signalled('bea', 3, description('offer')), signalled('bea', 4, candidate('b'))];
      const right = [signalled('cleo', 1, description('offer')), signalled('cleo', 2, candidate('c')), seen(2, page.inside().view.peers)];
      page.send(...shuffled(chanceOf(seed), [...wrong, ...right]), peerSays('bea', 'connected'), peerSays('cleo', 'remote-set'));
      expect(page.of('peer-answer').map(({ peer }) => peer)).toEqual(['cleo']);
      expect(page.of('peer-candidate').map(({ peer }) => peer)).toEqual(['cleo']);
      expect(page.inside().mesh.links['bea']?.media).toBe('unverified');
    }
  });

  test('an offer collides with nothing: the offerer who waits for an answer does not hear it', () => {
    const page = sit(roomPeer('bea', { role: 'offerer' }));
    page.send(signalled('bea', 1, description('offer')));
    expect(page.of('peer-answer')).toEqual([]);
    page.send(signalled('bea', 2, description('answer')));
    expect(page.of('peer-accept')).toHaveLength(1);
  });

  test('own numbers count for each of the others alone', () => {
    const page = sit(roomPeer('bea'), roomPeer('cleo'));
    for (const peer of ['bea', 'cleo', 'bea']) page.send({ type: 'peer', peer, news: { news: 'signal', signal: candidate(peer) } });
    expect(page.sent('send-candidate').map(({ frame }) => frame.data)).toMatchObject([{ to: 'bea', n: 1 }, { to: 'cleo', n: 1 }, { to: 'bea', n: 2 }]);
  });

  test('where somebody hides their address, only relayed candidates pass', () => {
    const page = sit(roomPeer('bea', { iceTransportPolicy: 'relay' }));
    const host = { candidate: 'candidate:1 1 udp 1 192.168.1.2 5000 typ host', sdpMid: '0' };
    const relay = { candidate: 'candidate:1 1 udp 1 100.64.0.1 5000 typ relay raddr 192.168.1.2 rport 1', sdpMid: '0' };
    for (const own of [host, relay]) page.send({ type: 'peer', peer: 'bea', news: { news: 'signal', signal: { kind: 'candidate', candidate: own } } });
    expect(page.sent('send-candidate')).toHaveLength(1);
    expect(JSON.stringify(page.sent('send-candidate'))).not.toContain('192.168');
  });
});

describe('a lost path', () => {
  test('is looked for anew by the offerer, once fresh servers are there', () => {
    const page = sit(roomPeer('bea'), roomPeer('cleo'));
    page.send(peerSays('bea', 'connected'), peerSays('cleo', 'connected'), peerSays('bea', 'failed'), peerSays('cleo', 'failed'));
    expect(page.of('join').filter(({ peerId }) => peerId === 'me')).toHaveLength(1);
    expect(page.of('peer-offer').filter(({ restart }) => restart)).toEqual([]);
    page.send(seen(1, [roomPeer('bea'), roomPeer('cleo')], { iceServers: FRESH }));
    expect(page.of('peer-servers').map(({ peer }) => peer)).toEqual(['bea', 'cleo']);
    expect(page.of('peer-offer').filter(({ restart }) => restart).map(({ peer }) => peer)).toEqual(['bea', 'cleo']);
  });

  test('is left alone when it comes back by itself', () => {
    const page = sit(roomPeer('bea'));
    page.send(peerSays('bea', 'connected'), peerSays('bea', 'disconnected'), peerSays('bea', 'connected'), { type: 'due', timer: 'pause bea' });
    expect(page.of('join')).toHaveLength(1);
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

describe('going', () => {
  test.each(['removed', 'closed', 'moderation', 'held'])('%s ends it all', (reason) => {
    const page = sit(roomPeer('bea'));
    page.send(told('room-ended', { roomId: 'r1', reason }));
    expect(page.get()).toMatchObject({ phase: 'out', why: reason });
    expect(page.effects.slice(-2)).toEqual([{ type: 'timers-off' }, { type: 'close' }]);
    page.send(seen(9, [roomPeer('bea')]), signalled('bea', 1, description('offer')));
    expect(page.get().phase).toBe('out');
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
});

test('mute-all mutes the own microphone and says who asked', () => {
  const page = sit(roomPeer('bea'));
  page.send(told('mute-all', { roomId: 'r1', from: 'bea' }));
  expect(page.of('hush')).toHaveLength(1);
  expect(page.inside().told).toContain('BEA');
});
