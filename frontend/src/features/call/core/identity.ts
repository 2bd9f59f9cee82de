import type { CallEffect } from './effect';
import { off, on, type Negotiation, type NegotiationStep } from './negotiation-state';

import { fingerprintOf, sameFingerprint } from '@/lib/core/fingerprint';
import { step } from '@/lib/machine';
import type { Description } from '@/protocol/messages';

/** The match is confirmed together with our certificate, or without it after this; the server waits 10 s. */
export const CONFIRM_LIMIT_MS = 1000;
/** A description whose certificate was not announced over our own socket is not applied; it waits this long. */
export const IDENTITY_LIMIT_MS = 8000;
/**
 * One that contradicts what was announced waits only this long: a page that was loaded anew announces its certificate
 * before it describes anything, so that its word can be late by no more than the server takes.
 */
export const CONTRADICTION_LIMIT_MS = 3000;

/** Says that we are here and, in the same frame, which certificate is ours: that may take a moment to be known. */
export function confirm(negotiation: Negotiation): NegotiationStep {
  const owing = { ...negotiation, confirmed: false };
  return negotiation.ownSha256 === undefined ? step(owing, on('confirm', CONFIRM_LIMIT_MS)) : confirmNow(owing);
}

export function confirmNow(negotiation: Negotiation): NegotiationStep {
  if (negotiation.confirmed) return step(negotiation);
  const { sessionId, epoch, ownSha256: sha256 } = negotiation;
  const data = { sessionId, status: 'received', epoch, ...(sha256 !== undefined && { sha256 }) } as const;
  const frame = { action: 'connection-status', data } as const;
  return step({ ...negotiation, confirmed: true }, off('confirm'), { type: 'send', frame });
}

export function takeOwnFingerprint(negotiation: Negotiation, sha256: string): NegotiationStep {
  const known = { ...negotiation, ownSha256: sha256 };
  return known.confirmed ? step(known, ...announce(known)) : confirmNow(known);
}

/** Tells the partner our certificate if the confirmation did not, and again whenever it may have been missed. */
export function announce({ sessionId, ownSha256 }: Negotiation): readonly CallEffect[] {
  if (ownSha256 === undefined) return [];
  return [{ type: 'send', frame: { action: 'fingerprint', data: { sessionId, sha256: ownSha256 } } }];
}

/** Keeps a description until its certificate is known. More of the same wrong kind put nothing off. */
export function hold(negotiation: Negotiation, held: Description): NegotiationStep {
  const next = release({ ...negotiation, held });
  return identityFails(negotiation) && identityFails(next.state) ? step(next.state) : next;
}

/** Applies the held description once its certificate is the one that the partner announced. */
export function release(negotiation: Negotiation): NegotiationStep {
  const { held } = negotiation;
  if (held === undefined) return step(negotiation);
  const promised = fingerprintOf(held.sdp);
  const { peerSha256 } = negotiation;
  if (promised === undefined || peerSha256 === undefined || !sameFingerprint(promised, peerSha256)) {
    return step(negotiation, on('identity', peerSha256 === undefined ? IDENTITY_LIMIT_MS : CONTRADICTION_LIMIT_MS));
  }
  const applying: Negotiation = { ...negotiation, held: undefined, remote: 'applying', awaitingAnswer: false };
  const apply: CallEffect = held.type === 'offer' ? { type: 'peer-answer', offer: held } : { type: 'peer-accept', answer: held };
  return step(applying, off('identity'), apply);
}

/** Whether the description that waits contradicts the certificate that was announced. */
export function identityFails(negotiation: Negotiation): boolean {
  return negotiation.held !== undefined && negotiation.peerSha256 !== undefined;
}
