import type { CallState } from './state';

import type { Connected } from '@/lib/core/safety-words';

/** Both certificates of the call, once they are known; text alone has none. */
export function connectedOf(call: CallState): Connected | undefined {
  if (call.phase !== 'live' || call.negotiation === undefined) return undefined;
  const { sessionId: place, ownSha256: own, peerSha256: peer } = call.negotiation;
  return own === undefined || peer === undefined ? undefined : { place, own, peer };
}
