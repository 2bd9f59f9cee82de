import { describe, expect, test } from 'vitest';

import * as negotiating from './negotiation';

import { relayedOnly } from '@/lib/core/addresses';
import type { Signal } from '@/lib/core/signal';
import { chanceOf, oneOf } from '@/testing/chance';
import { OURS, THEIRS, matchOf, sdp } from '@/testing/match';

const ADDRESSES = ['203.0.113.7', '192.168.1.20', '2001:db8::7', 'a1b2c3.local', '198.51.100.9'] as const;
const RELAY = '100.64.0.1';

/** A candidate of any kind; only what begins with the relay's address may pass. */
function someCandidate(chance: () => number): string {
  const type = oneOf(chance, ['host', 'srflx', 'prflx', 'relay', 'RELAY', 'relay2'] as const);
  const own = oneOf(chance, ADDRESSES);
  const address = type === 'relay' ? RELAY : own;
  const extra = oneOf(chance, ['', ` generation 0 ufrag ab network-cost 10`, ` x-note ${own}`, ` network-id ${own} generation 1`] as const);
  const space = oneOf(chance, [' ', '  ', '\t'] as const);
  return `candidate:1 1 udp 2113937151 ${address} 5000${space}typ ${type} raddr ${own} rport 6000${extra}`;
}

function someSdp(chance: () => number): string {
  const own = oneOf(chance, ADDRESSES);
  const end = oneOf(chance, ['\r\n', '\n'] as const);
  const lines = ['v=0', `o=- 42 2 IN IP4 ${own}`, 's=-', `c=IN IP4 ${own}`, `m=audio 9 UDP/TLS/RTP/SAVPF 111`, `a=rtcp:9 IN IP4 ${own}`, `a=fingerprint:sha-256 ${THEIRS}`];
  for (let n = Math.floor(chance() * 6); n > 0; n -= 1) lines.push(`${oneOf(chance, ['a=', 'A='] as const)}${someCandidate(chance)}`);
  if (chance() < 0.3) lines.push(`a=remote-candidates:1 ${own} 5000`);
  return lines.map((line) => `${line}${end}`).join('');
}

describe('where somebody hides their address', () => {
  test('no address but the relay’s stands in any candidate that passes, and none passes that is not relayed', () => {
    const chance = chanceOf(7);
    for (let run = 0; run < 2000; run += 1) {
      const candidate = someCandidate(chance);
      const passed = relayedOnly({ kind: 'candidate', candidate: { candidate, sdpMid: '0' } });
      expect(passed !== undefined, candidate).toBe(/\styp relay /u.test(candidate));
      for (const address of ADDRESSES) expect(JSON.stringify(passed ?? ''), candidate).not.toContain(address);
    }
  });

  test('no address but the relay’s stands in any description, and its certificate stays', () => {
    const chance = chanceOf(8);
    for (let run = 0; run < 1000; run += 1) {
      const text = someSdp(chance);
      const passed = relayedOnly({ kind: 'offer', description: { type: 'offer', sdp: text } });
      for (const address of ADDRESSES) expect(JSON.stringify(passed), text).not.toContain(address);
      expect(JSON.stringify(passed)).toContain(THEIRS);
    }
  });

  test('done twice it is done once', () => {
    const chance = chanceOf(9);
    for (let run = 0; run < 300; run += 1) {
      const once = relayedOnly({ kind: 'answer', description: { type: 'answer', sdp: someSdp(chance) } });
      expect(once && relayedOnly(once)).toEqual(once);
    }
  });

  test('the end of candidates passes', () => {
    const end: Signal = { kind: 'candidate', candidate: { candidate: '' } };
    expect(relayedOnly(end)).toBe(end);
  });
});

describe.each(['relay', 'all'] as const)('a call whose policy is %s', (policy) => {
  const hides = policy === 'relay';
  const begun = negotiating.beginNegotiation(matchOf('answerer', 'relay', { iceTransportPolicy: policy }), true, 0, 1).state;
  const host: Signal = { kind: 'candidate', candidate: { candidate: 'candidate:1 1 udp 1 192.168.1.20 5000 typ host', sdpMid: '0' } };
  const relay: Signal = { kind: 'candidate', candidate: { candidate: `candidate:1 1 udp 1 ${RELAY} 5000 typ relay raddr 192.168.1.20 rport 1`, sdpMid: '0' } };

  test(`sends ${hides ? 'relayed candidates alone' : 'every candidate'}`, () => {
    const sent = [host, relay].flatMap((signal) => negotiating.sendSignal(begun, signal).effects.filter(({ type }) => type === 'send'));
    expect(sent).toHaveLength(hides ? 1 : 2);
    expect(JSON.stringify(sent).includes('192.168.1.20')).toBe(!hides);
  });

  test(`takes ${hides ? 'relayed candidates alone' : 'every candidate'}, over each channel`, () => {
    const ready = negotiating.remoteSet(begun).state;
    for (const [n, signal] of [host, relay].entries()) {
      const { effects } = negotiating.takeRelayed(ready, 1, n + 1, signal);
      const used = effects.filter(({ type }) => type === 'peer-candidate');
      expect(used).toHaveLength(hides && signal === host ? 0 : 1);
      expect(JSON.stringify(used).includes('192.168.1.20')).toBe(!hides);
    }
    const kvs = negotiating.beginNegotiation(matchOf('answerer', 'kvs', { iceTransportPolicy: policy }), true, 0, 1).state;
    expect(negotiating.takeKvs(negotiating.remoteSet(kvs).state, host).effects).toHaveLength(hides ? 0 : 1);
  });

  test('applies a description without addresses that are hidden', () => {
    const text = `${sdp(THEIRS)}c=IN IP4 192.168.1.20\r\na=candidate:1 1 udp 1 192.168.1.20 5000 typ host\r\n`;
    const known = negotiating.takePeerFingerprint(begun, THEIRS).state;
    const { effects } = negotiating.takeRelayed(known, 1, 1, { kind: 'offer', description: { type: 'offer', sdp: text } });
    const applied = effects.filter(({ type }) => type === 'peer-answer');
    expect(applied).toHaveLength(1);
    expect(JSON.stringify(applied).includes('192.168.1.20')).toBe(!hides);
  });

  test('tells its own description without addresses that are hidden', () => {
    const own = { kind: 'answer', description: { type: 'answer', sdp: `${sdp(OURS)}c=IN IP4 192.168.1.20\r\n` } } as const;
    const sent = JSON.stringify(negotiating.sendSignal(begun, own).effects);
    expect(sent.includes('192.168.1.20')).toBe(!hides);
    expect(sent).toContain(OURS);
  });
});
