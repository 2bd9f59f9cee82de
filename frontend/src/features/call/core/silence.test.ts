import { describe, expect, test } from 'vitest';

import type { CallEffect } from './effect';
import * as negotiating from './negotiation';
import type { Negotiation, NegotiationStep } from './negotiation-state';

import type { Signal } from '@/lib/core/signal';
import { chanceOf, shuffled } from '@/testing/chance';
import { OURS, STRANGER, THEIRS, matchOf, sdp } from '@/testing/match';

type Move = (negotiation: Negotiation) => NegotiationStep;
type Role = 'offerer' | 'answerer';

const SILENCE: CallEffect = { type: 'timer', timer: 'silence', ms: 3000 };
const HUSHED: CallEffect = { type: 'timer-off', timer: 'silence' };
const ownOffer: Signal = { kind: 'offer', description: { type: 'offer', sdp: sdp(OURS) } };
const described = (role: Role, sha256 = THEIRS): Signal => {
  const type = role === 'answerer' ? 'offer' : 'answer';
  return { kind: type, description: { type, sdp: sdp(sha256) } };
};

const opened: Move = negotiating.channelOpened;
const offered: Move = (state) => negotiating.sendSignal(state, ownOffer);
const trickled: Move = (state) => negotiating.sendSignal(state, { kind: 'candidate', candidate: { candidate: 'candidate:own' } });
const heard = (signal: Signal): Move => (state) => negotiating.takeKvs(state, signal);
const announced = (sha256: string): Move => (state) => negotiating.takePeerFingerprint(state, sha256);
const moved: Move = (state) => negotiating.enterEpoch(state, 2);

function begin(role: Role, ...moves: readonly Move[]): NegotiationStep {
  return moves.reduce<NegotiationStep>((last, move) => move(last.state), negotiating.beginNegotiation(matchOf(role, 'kvs'), true, 0, 1));
}

function complaints(effects: readonly CallEffect[]): number {
  return effects.filter((effect) => effect.type === 'send' && effect.frame.action === 'connection-status' && effect.frame.data.status === 'signaling-failed').length;
}

describe('silence on an open channel', () => {
  test('counts from the opening for who waits for an offer, from the own offer for who waits for an answer', () => {
    expect(begin('answerer', opened).effects).toContainEqual(SILENCE);
    expect(begin('offerer', opened).effects).not.toContainEqual(SILENCE);
    expect(begin('offerer', opened, offered).effects).toContainEqual(SILENCE);
    expect(begin('offerer', offered, opened).effects).toContainEqual(SILENCE);
  });

  test.each(['offerer', 'answerer'] as const)('is complained of by the %s as a channel that did not open', (role) => {
    expect(complaints(begin(role, opened, offered, negotiating.silent).effects)).toBe(1);
  });

  test.each(['offerer', 'answerer'] as const)('is broken for the %s by a description, though it waits for its certificate', (role) => {
    const held = begin(role, opened, offered, heard(described(role)));
    expect(held.effects).toContainEqual(HUSHED);
    expect(complaints(negotiating.silent(held.state).effects)).toBe(0);
    expect(complaints(begin(role, opened, offered, heard(described(role)), announced(THEIRS), negotiating.silent).effects)).toBe(0);
  });

  test('is not broken by candidates, which lead nowhere alone', () => {
    const alone = heard({ kind: 'candidate', candidate: { candidate: 'candidate:a' } });
    expect(complaints(begin('answerer', opened, alone, negotiating.silent).effects)).toBe(1);
  });

  test('is nothing any more once the relay carries the signaling, or the channel is lost', () => {
    for (const over of [moved, negotiating.channelLost]) {
      const { state, effects } = begin('offerer', opened, offered, over);
      expect(effects).toContainEqual(HUSHED);
      expect(complaints(negotiating.silent(state).effects)).toBe(0);
    }
  });

  test('begins anew with a partner whose page was loaded anew', () => {
    const answerer = begin('answerer', opened, announced(THEIRS), announced(STRANGER));
    expect(answerer.effects).toContainEqual(SILENCE);
    const offerer = begin('offerer', opened, offered, announced(THEIRS), announced(STRANGER));
    expect(offerer.effects).toContainEqual(HUSHED);
    expect(offerer.effects).not.toContainEqual(SILENCE);
    expect(offered(offerer.state).effects).toContainEqual(SILENCE);
  });
});

test('in whatever order things happen, the clock of silence runs just while a first description is owed, and strikes once', () => {
  const chance = chanceOf(13);
  for (let run = 0; run < 600; run += 1) {
    const role = run % 2 === 0 ? 'offerer' : 'answerer';
    const reported: Move = (state) => (state.remote === 'applying' ? negotiating.remoteSet(state) : { state, effects: [] });
    const connected: Move = (state) => (state.remote === 'set' ? negotiating.mediaConnected(state) : { state, effects: [] });
    const some: readonly Move[] = [opened, offered, offered, trickled, trickled, heard(described(role)), heard(described(role, STRANGER)), announced(THEIRS), announced(THEIRS), announced(STRANGER), reported, connected];
    const rare: readonly Move[] = [moved, negotiating.channelLost, negotiating.noProgress, negotiating.settled, negotiating.restart, negotiating.silent];
    strikesOnce(role, [...shuffled(chance, [...some, ...rare.slice(run % rare.length)]), opened, offered]);
  }
});

function strikesOnce(role: Role, moves: readonly Move[]): void {
  let { state } = negotiating.beginNegotiation(matchOf(role, 'kvs'), true, 0, 1);
  let [running, struck, owing] = [false, false, role === 'answerer'];
  for (const move of moves) {
    const isDue = move === negotiating.silent;
    if (isDue && !running) continue;
    const before = state;
    const next = move(state);
    state = next.state;
    if (isDue) {
      [running, struck] = [false, true];
      expect(complaints(next.effects)).toBe(1);
    }
    if (state.generation !== before.generation) [struck, owing] = [false, role === 'answerer'];
    if (before.channel !== 'open' && state.channel === 'open') struck = false;
    for (const effect of next.effects) {
      if (effect.type === 'kvs-send' && effect.signal.kind === 'offer') [owing, struck] = [true, false];
      if (effect.type === 'kvs-open') owing = role === 'answerer';
      if (effect.type === 'timer' && effect.timer === 'silence') running = true;
      if (effect.type === 'timer-off' && effect.timer === 'silence') running = false;
    }
    const { transport, channel, remote, held } = state;
    expect(running).toBe(owing && !struck && transport === 'kvs' && channel === 'open' && remote === 'none' && held === undefined);
  }
}
