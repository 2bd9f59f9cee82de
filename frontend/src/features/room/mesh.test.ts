import { describe, expect, test } from 'vitest';

import { GAP_LIMIT_MS } from './core/link';

import type { SendDescription } from '@/protocol/messages';
import { chanceOf, shuffled } from '@/testing/chance';
import { STRANGER } from '@/testing/match';
import { roomPeer } from '@/testing/room';
import { candidate, description, FRESH, peerSays, play, seen, SERVERS, signalled, sit, told } from '@/testing/room-page';

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

const STUN = [{ urls: ['stun:one'] }];
const offers = (page: ReturnType<typeof sit>) => page.of('peer-offer').map(({ peer, restart }) => `${peer}${restart ? ' again' : ''}`);
const served = (page: ReturnType<typeof sit>) => page.of('peer-servers').map(({ peer, iceServers }) => `${peer} ${iceServers[0]?.urls[0]}`);
const list = (iceServers: readonly { readonly urls: readonly string[] }[]) => told('ice-servers', { roomId: 'r1', iceServers });

describe('a relay that comes late', () => {
  test('is never given up for a list without one, and who waits does not wait longer', () => {
    const page = sit(roomPeer('bea'));
    page.send(peerSays('bea', 'failed'));
    page.forget();
    page.send(list(STUN));
    expect(served(page)).toEqual([]);
    expect(offers(page)).toEqual(['bea again']);
    expect(page.inside().mesh.iceServers).toEqual(SERVERS);
    page.send(list(FRESH));
    expect(served(page)).toEqual(['bea turn:two']);
    expect(offers(page)).toEqual(['bea again', 'bea again']);
  });

  test('is tried by all that are not connected yet, and by nobody twice', () => {
    const page = play();
    const peers = [roomPeer('bea'), roomPeer('cleo'), roomPeer('dora', { role: 'answerer' })];
    page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' }, seen(1, peers, { iceServers: STUN }), peerSays('bea', 'connected'));
    page.forget();
    page.send(list(SERVERS));
    expect(served(page)).toEqual(['bea turn:one', 'cleo turn:one', 'dora turn:one']);
    expect(offers(page)).toEqual(['cleo again']);
    page.send(list(FRESH));
    expect(offers(page)).toEqual(['cleo again']);
  });

  test('is tried again by who could not wait for a fresh one', () => {
    const page = sit(roomPeer('bea'), roomPeer('cleo'));
    page.send(peerSays('bea', 'failed'), { type: 'due', timer: 'servers' });
    page.forget();
    page.send(seen(2, [roomPeer('bea'), roomPeer('cleo')], { iceServers: FRESH }));
    expect(offers(page)).toEqual(['bea again']);
  });
});
