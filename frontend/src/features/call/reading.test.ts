import { describe, expect, test } from 'vitest';

import { connectionTypeOf } from './reading';

function report(...entries: readonly Readonly<Record<string, unknown>>[]): RTCStatsReport {
  return new Map(entries.map((entry) => [String(entry['id']), entry]));
}

const ENDS = [
  { id: 'L1', type: 'local-candidate', candidateType: 'host' },
  { id: 'L2', type: 'local-candidate', candidateType: 'relay' },
  { id: 'R1', type: 'remote-candidate', candidateType: 'srflx' },
  { id: 'R2', type: 'remote-candidate', candidateType: 'relay' },
] as const;

function pair(id: string, local: string, remote: string, more: object = {}) {
  return { id, type: 'candidate-pair', localCandidateId: local, remoteCandidateId: remote, ...more };
}

describe('the way media takes', () => {
  test.each([
    ['L1', 'R1', 'direct'],
    ['L2', 'R1', 'relay'],
    ['L1', 'R2', 'relay'],
  ])('over %s and %s is %s', (local, remote, type) => {
    const transport = { id: 'T', type: 'transport', selectedCandidatePairId: 'P' };
    const other = pair('Q', 'L2', 'R2', { nominated: true, state: 'succeeded' });
    expect(connectionTypeOf(report(...ENDS, other, pair('P', local, remote), transport))).toBe(type);
  });

  test('is that of the pair that the browser marks, where no transport names one', () => {
    expect(connectionTypeOf(report(...ENDS, pair('P', 'L2', 'R1'), pair('Q', 'L1', 'R1', { selected: true })))).toBe('direct');
    expect(connectionTypeOf(report(...ENDS, pair('P', 'L2', 'R1', { nominated: true, state: 'succeeded' })))).toBe('relay');
  });

  test('is not made up', () => {
    expect(connectionTypeOf(undefined)).toBeUndefined();
    expect(connectionTypeOf(report(...ENDS))).toBeUndefined();
    expect(connectionTypeOf(report(pair('P', 'L1', 'R1', { selected: true })))).toBeUndefined();
  });
});
