import { describe, expect, test } from 'vitest';

import { announcement, fractionLeft, spanText } from './countdown';
import { endingText } from './ending';
import { judge } from './quality';

import { clockText } from '@/lib/core/clock-text';
import { fingerprintOf, sameFingerprint } from '@/lib/core/fingerprint';
import { OURS, THEIRS, matchOf, sdp } from '@/testing/match';

describe('the countdown', () => {
  test.each([
    [4 * 3_600_000 - 1000, '3:59:59'],
    [3_601_000, '1:00:01'],
    [3_600_000, '60:00'],
    [300_000, '5:00'],
    [299_999, '5:00'],
    [60_000, '1:00'],
    [59_001, '1:00'],
    [9_000, '0:09'],
    [1, '0:01'],
    [0, '0:00'],
    [-5, '0:00'],
  ])('shows %i ms as %s', (leftMs, text) => {
    expect(clockText(leftMs)).toBe(text);
  });

  test('speaks sparsely', () => {
    const said = Array.from({ length: 301 }, (_, second) => announcement((300 - second) * 1000));
    expect([...new Set(said)]).toEqual(['', 'One minute left', '30 seconds left', '10 seconds left']);
  });

  test.each([
    [300_000, 300_000, 1],
    [150_000, 300_000, 0.5],
    [-1, 300_000, 0],
    [400_000, 300_000, 1],
    [1, 0, 0],
  ])('%i of %i ms is %f of the ring', (leftMs, wholeMs, fraction) => {
    expect(fractionLeft(leftMs, wholeMs)).toBe(fraction);
  });

  test.each([
    [0, 'less than a second'],
    [1000, '1 second'],
    [60_000, '1 minute'],
    [252_000, '4 minutes 12 seconds'],
    [3_912_000, '1 hour 5 minutes'],
  ])('%i ms are %s', (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });
});

test.each(['timeout', 'clock', 'own', 'skipped', 'peer-left', 'moderation', 'failed', 'lost', 'identity'] as const)(
  'an end by %s says what and why',
  (cause) => {
    const { title, detail } = endingText({ cause, durationMs: 61_000, everConnected: true, details: matchOf('offerer', 'relay') });
    expect(title).not.toBe('');
    expect(detail).not.toBe('');
    expect(`${title} ${detail}`).not.toMatch(/undefined|timeout|peer-left/u);
  },
);

test('among friends it is no matter who has hung up', () => {
  const details = matchOf('offerer', 'relay', { kind: 'friend' });
  const { title } = endingText({ cause: 'peer-left', durationMs: 61_000, everConnected: true, details });
  expect(title).toBe('Call with Bea ended');
});

describe('a fingerprint', () => {
  test('is read from a description', () => {
    expect(fingerprintOf(sdp(OURS))).toBe(OURS);
    expect(fingerprintOf(sdp(OURS.toLowerCase()))).toBe(OURS);
  });

  test('is none when there are two different ones, or none, or a weaker hash', () => {
    expect(fingerprintOf(sdp(OURS) + sdp(THEIRS))).toBeUndefined();
    expect(fingerprintOf('v=0\r\n')).toBeUndefined();
    expect(fingerprintOf(`a=fingerprint:sha-1 ${OURS}\r\n`)).toBeUndefined();
    for (const beside of [`sha-512 ${THEIRS}`, `sha-1 ${THEIRS}`, `SHA-512\t${OURS}`, `sha-256 ${OURS}:AA`, 'sha-256 AA']) {
      expect(fingerprintOf(`${sdp(OURS)}a=fingerprint:${beside}\r\n`), beside).toBeUndefined();
    }
  });

  test('is none when another is promised in a way that only some browsers read', () => {
    for (const spelled of ['a=fingerprint ', 'a= fingerprint:', 'a=:fingerprint:', 'a=\tfingerprint\t', 'a =fingerprint:', ' a=fingerprint:', 'a=FINGERPRINT ']) {
      expect(fingerprintOf(`${sdp(OURS)}${spelled}sha-256 ${THEIRS}\r\n`), spelled).toBeUndefined();
    }
  });

  test('compares without regard to case', () => {
    expect(sameFingerprint(OURS, OURS.toLowerCase())).toBe(true);
    expect(sameFingerprint(OURS, THEIRS)).toBe(false);
  });
});

describe('the quality', () => {
  const before = { atMs: 0, packetsReceived: 100, packetsLost: 0, framesDecoded: 10 };
  const after = { atMs: 2000, packetsReceived: 300, packetsLost: 0, framesDecoded: 60, roundTripMs: 40 };

  test.each([
    [after, 'good', true],
    [{ ...after, packetsLost: 8 }, 'fair', true],
    [{ ...after, roundTripMs: 300 }, 'fair', true],
    [{ ...after, packetsLost: 40 }, 'poor', true],
    [{ ...after, packetsReceived: 100 }, 'poor', true],
    [{ ...after, framesDecoded: 10 }, 'good', false],
  ] as const)('%#', (reading, quality, moving) => {
    expect(judge(before, reading)).toEqual({ quality, moving });
  });
});
