import type { Reading } from './core/quality';

import type { ConnectionType } from '@/protocol/messages';

/** Adds up what all streams received (W3C webrtc-stats: `inbound-rtp`, and the round trip of the path in use). */
export function readingOf(report: RTCStatsReport | undefined, atMs: number): Reading {
  let [packetsReceived, packetsLost, framesDecoded] = [0, 0, 0];
  let roundTripMs: number | undefined;
  report?.forEach((entry: Entry) => {
    if (entry['type'] === 'inbound-rtp') {
      packetsReceived += count(entry['packetsReceived']);
      packetsLost += count(entry['packetsLost']);
      framesDecoded += count(entry['framesDecoded']);
    }
    if (entry['type'] === 'candidate-pair' && isNominated(entry)) {
      roundTripMs = count(entry['currentRoundTripTime']) * 1000;
    }
  });
  return { atMs, packetsReceived, packetsLost, framesDecoded, ...(roundTripMs !== undefined && { roundTripMs }) };
}

/**
 * Whether media goes from one to the other, or through a TURN server (W3C webrtc-stats: the pair that the transport has
 * selected; Firefox marks the pair itself). Absent where the browser does not tell.
 */
export function connectionTypeOf(report: RTCStatsReport | undefined): ConnectionType | undefined {
  const entries = new Map<string, Entry>();
  report?.forEach((entry: Entry) => entries.set(String(entry['id']), entry));
  const all = [...entries.values()];
  const named = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined);
  const pair =
    entries.get(String(named?.['selectedCandidatePairId'])) ??
    all.find((entry) => entry['type'] === 'candidate-pair' && (entry['selected'] === true || isNominated(entry)));
  const ends = [pair?.['localCandidateId'], pair?.['remoteCandidateId']].map((id) => entries.get(String(id))?.['candidateType']);
  if (ends.includes('relay')) return 'relay';
  return ends.every((end) => end === undefined) ? undefined : 'direct';
}

type Entry = Readonly<Record<string, unknown>>;

function isNominated(pair: Entry): boolean {
  return pair['nominated'] === true && pair['state'] === 'succeeded';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
