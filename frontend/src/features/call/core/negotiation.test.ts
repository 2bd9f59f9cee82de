import { describe, expect, test } from 'vitest';

import type { CallEffect } from './effect';
import * as identifying from './identity';
import * as negotiating from './negotiation';
import type { Negotiation, NegotiationStep } from './negotiation-state';

import type { Signal } from '@/lib/core/signal';
import { chanceOf, shuffled } from '@/testing/chance';
import { OURS, STRANGER, THEIRS, matchOf, sdp } from '@/testing/match';

type Move = (negotiation: Negotiation) => NegotiationStep;

const offer = (mark = ''): Signal => ({ kind: 'offer', description: { type: 'offer', sdp: sdp(THEIRS, mark) } });
const answer: Signal = { kind: 'answer', description: { type: 'answer', sdp: sdp(THEIRS) } };
const candidate = (name: string): Signal => ({ kind: 'candidate', candidate: { candidate: `candidate:${name}`, sdpMid: '0' } });
const ownOffer: Signal = { kind: 'offer', description: { type: 'offer', sdp: sdp(OURS) } };

const knowPeer: Move = (state) => negotiating.takePeerFingerprint(state, THEIRS);
const knowOwn: Move = (state) => identifying.takeOwnFingerprint(state, OURS);
const relayed = (n: number, signal: Signal, epoch = 1): Move => (state) => negotiating.takeRelayed(state, epoch, n, signal);
const kvs = (signal: Signal): Move => (state) => negotiating.takeKvs(state, signal);
const send = (signal: Signal): Move => (state) => negotiating.sendSignal(state, signal);

function begin(role: 'offerer' | 'answerer', transport: 'kvs' | 'relay', ...moves: readonly Move[]): NegotiationStep & { readonly all: readonly CallEffect[] } {
  let last = negotiating.beginNegotiation(matchOf(role, transport), true, 0, 1);
  const all = [...last.effects];
  for (const move of moves) {
    last = move(last.state);
    all.push(...last.effects);
  }
  return { ...last, all };
}

function peerWork(effects: readonly CallEffect[]): readonly string[] {
  return effects.filter(({ type }) => type.startsWith('peer-')).map((effect) => (effect.type === 'peer-candidate' ? effect.candidate.candidate : effect.type));
}

function frames(effects: readonly CallEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.frame.action] : []));
}

describe('roles', () => {
  test('the offerer offers at once, the answerer never does: there is no glare', () => {
    expect(peerWork(begin('offerer', 'relay').all)).toEqual(['peer-create', 'peer-offer']);
    expect(peerWork(begin('answerer', 'relay').all)).toEqual(['peer-create']);
  });

  test('an offer to the offerer and an answer to the answerer are not heeded', () => {
    expect(peerWork(begin('offerer', 'relay', knowPeer, relayed(1, offer())).effects)).toEqual([]);
    expect(peerWork(begin('answerer', 'relay', knowPeer, relayed(1, answer)).effects)).toEqual([]);
  });

  test('a second answer is not applied', () => {
    expect(peerWork(begin('offerer', 'relay', knowPeer, relayed(1, answer), relayed(2, answer)).effects)).toEqual([]);
  });
});

describe('candidates', () => {
  test('wait for the description and follow it in order', () => {
    const { all } = begin('answerer', 'relay', knowPeer, relayed(2, candidate('a')), relayed(3, candidate('b')), relayed(1, offer()), negotiating.remoteSet, relayed(4, candidate('c')));
    expect(peerWork(all)).toEqual(['peer-create', 'peer-answer', 'candidate:a', 'candidate:b', 'candidate:c']);
  });

  test('of the next description, which overtook it, are kept when the connection refuses them', () => {
    const refused: Move = (state) => negotiating.park(state, { candidate: 'candidate:early' });
    const { all } = begin('answerer', 'relay', knowPeer, relayed(1, offer()), negotiating.remoteSet, refused, relayed(2, offer('again')), negotiating.remoteSet);
    expect(peerWork(all)).toEqual(['peer-create', 'peer-answer', 'peer-answer', 'candidate:early']);
  });

  test('that come again are added once', () => {
    const { all } = begin('answerer', 'relay', knowPeer, relayed(1, offer()), negotiating.remoteSet, relayed(2, candidate('a')), relayed(2, candidate('a')));
    expect(peerWork(all)).toEqual(['peer-create', 'peer-answer', 'candidate:a']);
  });
});

test('in whatever order and however often a negotiation arrives, the description comes first and everything once', () => {
  const chance = chanceOf(11);
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (let run = 0; run < 200; run += 1) {
    const arrivals = shuffled(chance, [knowPeer, ...[...names, ...names].map((name) => relayed(names.indexOf(name) + 2, candidate(name))), relayed(1, offer()), relayed(1, offer())]);
    // The connection reports each description that it was given.
    const moves = arrivals.flatMap((move) => [move, (state: Negotiation) => (state.remote === 'applying' ? negotiating.remoteSet(state) : { state, effects: [] })]);
    const [created, described, ...candidates] = peerWork(begin('answerer', 'relay', ...moves).all);
    expect([created, described]).toEqual(['peer-create', 'peer-answer']);
    expect(candidates.toSorted()).toEqual(names.map((name) => `candidate:${name}`));
  }
});

describe('the confirmation', () => {
  const confirmation = (sha256?: string): CallEffect => ({
    type: 'send',
    frame: { action: 'connection-status', data: { sessionId: 's1', status: 'received', epoch: 1, ...(sha256 !== undefined && { sha256 }) } },
  });

  test('waits for our certificate and tells it, in one frame', () => {
    const begun = begin('answerer', 'relay');
    expect(begun.all).toContainEqual({ type: 'timer', timer: 'confirm', ms: identifying.CONFIRM_LIMIT_MS });
    expect(frames(begun.all)).toEqual([]);
    expect(knowOwn(begun.state).effects).toEqual([{ type: 'timer-off', timer: 'confirm' }, confirmation(OURS)]);
    expect(begin('answerer', 'relay', knowOwn, identifying.confirmNow).effects).toEqual([]);
  });

  test('does not wait for ever: the certificate follows when it comes', () => {
    const late = begin('answerer', 'relay', identifying.confirmNow);
    expect(late.effects).toContainEqual(confirmation());
    expect(frames(knowOwn(late.state).effects)).toEqual(['fingerprint']);
  });

  test('is said again at once when the certificate is known', () => {
    expect(begin('answerer', 'relay', knowOwn, identifying.confirm).effects).toContainEqual(confirmation(OURS));
  });

  test('survives that the partner was reloaded before our certificate was known', () => {
    const reloaded: Move = (state) => negotiating.takePeerFingerprint(state, STRANGER);
    const { all } = begin('answerer', 'relay', knowPeer, reloaded, knowOwn);
    expect(frames(all)).toEqual(['connection-status']);
  });
});

describe('the KVS channel', () => {
  test('opens by the URL at hand, and what is ready early waits for it', () => {
    const early = begin('offerer', 'kvs', send(ownOffer), send(candidate('own')));
    expect(early.all.find(({ type }) => type === 'kvs-open')).toBeDefined();
    expect(early.all.filter(({ type }) => type === 'kvs-send')).toEqual([]);
    expect(negotiating.channelOpened(early.state).effects.filter(({ type }) => type === 'kvs-send')).toEqual([
      { type: 'kvs-send', signal: ownOffer },
      { type: 'kvs-send', signal: candidate('own') },
    ]);
  });

  test('that does not open in 2 s is complained of with the epoch', () => {
    const { all, effects } = begin('offerer', 'kvs', negotiating.channelLost);
    expect(all).toContainEqual({ type: 'timer', timer: 'channel', ms: 2000 });
    expect(effects).toContainEqual({
      type: 'send',
      frame: { action: 'connection-status', data: { sessionId: 's1', status: 'signaling-failed', epoch: 1 } },
    });
  });

  test('that closes after media flows is not complained of', () => {
    expect(frames(begin('offerer', 'kvs', negotiating.channelOpened, negotiating.mediaConnected, negotiating.channelLost).effects)).toEqual([]);
  });

  test('is closed once the call is settled and stays open while it is not', () => {
    const settled = begin('offerer', 'kvs', negotiating.channelOpened, negotiating.mediaConnected, negotiating.settled);
    expect(settled.effects).toEqual([{ type: 'kvs-close' }]);
    expect(begin('offerer', 'kvs', negotiating.channelOpened, negotiating.settled).effects).toEqual([]);
  });

  test('comes back for an ICE restart by a fresh URL', () => {
    const lost = begin('offerer', 'kvs', negotiating.channelOpened, negotiating.mediaConnected, negotiating.settled, negotiating.restart);
    expect(frames(lost.effects)).toEqual(['get-match-details']);
    expect(lost.effects).toContainEqual(expect.objectContaining({ type: 'peer-offer', restart: true }));
    const fresh = negotiating.takeDetails(lost.state, matchOf('offerer', 'kvs'));
    expect(fresh.effects.find(({ type }) => type === 'kvs-open')).toBeDefined();
  });
});

describe('the relay', () => {
  test('stays when details come that were asked for before both went over to it', () => {
    const asked: Move[] = [knowPeer, negotiating.channelLost, send(ownOffer)];
    const late: Move = (state) => negotiating.takeDetails(state, matchOf('offerer', 'kvs'));
    const { state, all, effects } = begin('offerer', 'kvs', ...asked, (now) => negotiating.enterEpoch(now, 2), late, relayed(1, answer, 2));
    expect(frames(all)).toContain('get-match-details');
    expect(state).toMatchObject({ transport: 'relay', epoch: 2, channel: 'open' });
    expect(peerWork(effects)).toEqual(['peer-accept']);
  });

  test('carries own signals with the epoch and numbers that go on', () => {
    const { all } = begin('offerer', 'relay', send(ownOffer), send(candidate('own')));
    const sent = all.flatMap((effect) => (effect.type === 'send' ? [effect.frame] : []));
    expect(sent).toMatchObject([
      { action: 'send-offer', data: { epoch: 1, n: 1 } },
      { action: 'send-candidate', data: { epoch: 1, n: 2 } },
    ]);
    expect(all).toContainEqual({ type: 'remember', sessionId: 's1', signalN: 2 });
  });

  test('takes over from KVS: the socket is dropped, the certificate said again, and the offerer offers anew', () => {
    const { state, effects } = begin('offerer', 'kvs', knowOwn, send(ownOffer), (negotiation) => negotiating.enterEpoch(negotiation, 2));
    expect(state).toMatchObject({ transport: 'relay', epoch: 2, outbox: [], channel: 'open' });
    expect(effects).toContainEqual({ type: 'kvs-close' });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'peer-offer', restart: true }));
    expect(frames(effects)).toEqual(['fingerprint']);
  });

  test('never sends the offer that was still in the making: its answer would be taken for that of the next one', () => {
    const enter: Move = (negotiation) => negotiating.enterEpoch(negotiation, 2);
    const made = (offer: number): Move => (negotiation) => negotiating.sendSignal(negotiation, ownOffer, offer);
    const { all } = begin('offerer', 'kvs', enter, made(1), made(2));
    expect(all.flatMap((effect) => (effect.type === 'peer-offer' ? [effect.offer] : []))).toEqual([1, 2]);
    expect(frames(all).filter((action) => action === 'send-offer')).toHaveLength(1);
  });

  test('that is announced twice changes nothing the second time', () => {
    const enter: Move = (negotiation) => negotiating.enterEpoch(negotiation, 2);
    expect(begin('offerer', 'kvs', enter, enter).effects).toEqual([]);
  });

  test('is entered by the first frame of a newer epoch, when that overtakes the announcement', () => {
    const { state, all } = begin('answerer', 'kvs', knowPeer, relayed(1, offer(), 2));
    expect(state).toMatchObject({ transport: 'relay', epoch: 2 });
    expect(peerWork(all)).toEqual(['peer-create', 'peer-answer']);
  });

  test('drops what belongs to an older epoch, and late deliveries of KVS', () => {
    const enter: Move = (negotiation) => negotiating.enterEpoch(negotiation, 2);
    expect(begin('answerer', 'kvs', knowPeer, enter, relayed(1, offer(), 1)).effects).toEqual([]);
    expect(begin('answerer', 'kvs', knowPeer, enter, kvs(offer())).effects).toEqual([]);
  });
});

describe('no progress', () => {
  test('over KVS asks for the relay, on the relay offers again', () => {
    expect(frames(begin('offerer', 'kvs', negotiating.noProgress).effects)).toEqual(['connection-status']);
    expect(begin('offerer', 'relay', negotiating.noProgress).effects).toContainEqual(expect.objectContaining({ type: 'peer-offer', restart: true }));
    expect(peerWork(begin('answerer', 'relay', negotiating.noProgress).effects)).toEqual([]);
  });

  test('is none once media flows', () => {
    expect(begin('offerer', 'kvs', negotiating.mediaConnected, negotiating.noProgress).effects).toEqual([]);
  });
});
