import type { Reading } from './core/quality';

/** Adds up what all streams received (W3C webrtc-stats: `inbound-rtp`, and the round trip of the path in use). */
export function readingOf(report: RTCStatsReport | undefined, atMs: number): Reading {
  let [packetsReceived, packetsLost, framesDecoded] = [0, 0, 0];
  let roundTripMs: number | undefined;
  report?.forEach((entry: Readonly<Record<string, unknown>>) => {
    if (entry['type'] === 'inbound-rtp') {
      packetsReceived += count(entry['packetsReceived']);
      packetsLost += count(entry['packetsLost']);
      framesDecoded += count(entry['framesDecoded']);
    }
    if (entry['type'] === 'candidate-pair' && entry['nominated'] === true && entry['state'] === 'succeeded') {
      roundTripMs = count(entry['currentRoundTripTime']) * 1000;
    }
  });
  return { atMs, packetsReceived, packetsLost, framesDecoded, ...(roundTripMs !== undefined && { roundTripMs }) };
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
