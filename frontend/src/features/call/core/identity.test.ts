import { describe, expect, test } from 'vitest';

import type { CallEffect } from './effect';
import * as identifying from './identity';
import * as negotiating from './negotiation';
import type { Negotiation, NegotiationStep } from './negotiation-state';

import { isRefusal, refusalBy } from '@/lib/core/refusal';
import type { Signal } from '@/lib/core/signal';
import { chanceOf, shuffled } from '@/testing/chance';
import { OURS, STRANGER, THEIRS, matchOf, sdp } from '@/testing/match';

type Move = (negotiation: Negotiation) => NegotiationStep;

const described = (kind: 'offer' | 'answer', sha256 = THEIRS): Signal => ({ kind, description: { type: kind, sdp: sdp(sha256) } });
const announced = (sha256: string): Move => (state) => negotiating.takePeerFingerprint(state, sha256);
const knowOwn: Move = (state) => identifying.takeOwnFingerprint(state, OURS);
const relayed = (n: number, signal: Signal): Move => (state) => negotiating.takeRelayed(state, 1, n, signal);

function begin(role: 'offerer' | 'answerer', transport: 'kvs' | 'relay', ...moves: readonly Move[]): NegotiationStep & { readonly all: readonly CallEffect[] } {
  let last = negotiating.beginNegotiation(matchOf(role, transport), true, 0, 1);
  const all = [...last.effects];
  for (const move of moves) {
    last = move(last.state);
    all.push(...last.effects);
  }
  return { ...last, all };
}

const peerWork = (effects: readonly CallEffect[]): readonly string[] => effects.map(({ type }) => type).filter((type) => type.startsWith('peer-'));
const limits = (effects: readonly CallEffect[]): readonly number[] =>
  effects.flatMap((effect) => (effect.type === 'timer' && effect.timer === 'identity' ? [effect.ms] : []));

describe('a description', () => {
  test('waits for its fingerprint, for a while', () => {
    const early = begin('answerer', 'relay', relayed(1, described('offer')));
    expect(peerWork(early.effects)).toEqual([]);
    expect(limits(early.effects)).toEqual([8000]);
    expect(identifying.identityFails(early.state)).toBe(false);
    expect(peerWork(announced(THEIRS)(early.state).effects)).toEqual(['peer-answer']);
  });

  test.each([
    ['answerer', 'offer'],
    ['offerer', 'answer'],
  ] as const)('of another certificate is never applied by the %s, and fails soon', (role, kind) => {
    const { state, all } = begin(role, 'relay', announced(THEIRS), relayed(1, described(kind, STRANGER)));
    expect(peerWork(all)).not.toContain('peer-answer');
    expect(peerWork(all)).not.toContain('peer-accept');
    expect(limits(all)).toEqual([3000]);
    expect(identifying.identityFails(state)).toBe(true);
  });

  test('without a certificate is none that could be proven', () => {
    const bare: Signal = { kind: 'offer', description: { type: 'offer', sdp: 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n' } };
    expect(identifying.identityFails(begin('answerer', 'relay', announced(THEIRS), relayed(1, bare)).state)).toBe(true);
  });

  test('that contradicts what is announced only later fails soon after that', () => {
    const { state, effects } = begin('answerer', 'relay', relayed(1, described('offer', STRANGER)), announced(THEIRS));
    expect(limits(effects)).toEqual([3000]);
    expect(identifying.identityFails(state)).toBe(true);
  });

  test('of the wrong certificate puts nothing off when it comes again, nor does the announcement', () => {
    const wrong = [relayed(1, described('offer', STRANGER)), announced(THEIRS), relayed(2, described('offer', STRANGER)), announced(THEIRS)];
    expect(limits(begin('answerer', 'relay', announced(THEIRS), ...wrong).all)).toEqual([3000]);
  });

  test('of the right certificate after a wrong one is taken', () => {
    const { state, effects } = begin('answerer', 'relay', announced(THEIRS), relayed(1, described('offer', STRANGER)), relayed(2, described('offer')));
    expect(effects).toContainEqual({ type: 'timer-off', timer: 'identity' });
    expect(peerWork(effects)).toEqual(['peer-answer']);
    expect(identifying.identityFails(state)).toBe(false);
  });
});

describe('a partner whose page was reloaded', () => {
  test('connects anew, with the same certificate of ours', () => {
    const { state, effects } = begin('offerer', 'relay', knowOwn, announced(THEIRS), relayed(1, described('answer')), negotiating.remoteSet, negotiating.mediaConnected, announced(STRANGER));
    expect(state).toMatchObject({ generation: 2, connected: false, remote: 'none', awaitingAnswer: true });
    expect(peerWork(effects)).toEqual(['peer-create', 'peer-offer']);
    expect(effects).toContainEqual({ type: 'send', frame: { action: 'fingerprint', data: { sessionId: 's1', sha256: OURS } } });
  });

  test('may be described before it is announced: in whatever order the two come, it is connected with', () => {
    const chance = chanceOf(15);
    for (let run = 0; run < 100; run += 1) {
      const anew = shuffled(chance, [relayed(7, described('offer', STRANGER)), announced(STRANGER)]);
      const { state, effects } = begin('answerer', 'relay', announced(THEIRS), relayed(1, described('offer')), negotiating.remoteSet, negotiating.mediaConnected, ...anew);
      expect(peerWork(effects).at(-1)).toBe('peer-answer');
      expect(identifying.identityFails(state)).toBe(false);
    }
  });

  test('says the same certificate again: nothing changes', () => {
    expect(begin('offerer', 'relay', announced(THEIRS), announced(THEIRS)).effects).toEqual([]);
  });
});

describe('a refusal', () => {
  test.each(['offerer', 'answerer'] as const)('of the %s is told by whichever way is open', (role) => {
    const told = refusalBy(role);
    expect(isRefusal(told)).toBe(true);
    expect(begin(role, 'kvs', negotiating.channelOpened, negotiating.refuse).effects).toContainEqual({ type: 'kvs-send', signal: told });
    const [, frame] = begin(role, 'relay', negotiating.refuse).effects.map((effect) => (effect.type === 'send' ? effect.frame.data : effect)).reverse();
    expect(frame).toMatchObject({ sessionId: 's1', epoch: 1, n: 1, data: told.kind === 'candidate' ? undefined : told.description });
    expect(begin(role, 'kvs', negotiating.refuse).effects).toEqual([]);
  });

  test('is no description that means to connect', () => {
    for (const kind of ['offer', 'answer'] as const) expect(isRefusal(described(kind))).toBe(false);
    expect(isRefusal({ kind: 'offer', description: { type: 'offer', sdp: 'v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\n' } })).toBe(false);
    expect(isRefusal({ kind: 'candidate', candidate: { candidate: '' } })).toBe(false);
  });
});
