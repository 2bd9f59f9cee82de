/**
 * The SHA-256 fingerprint of the DTLS certificate that a description promises (RFC 8122, section 5), as the wire
 * spells it: pairs in upper case joined by colons. Nothing when it promises none, or two different ones.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const found = [...sdp.matchAll(/^a=fingerprint:sha-256 +([0-9A-F:]+)\s*$/gimu)].map((match) => match[1]?.toUpperCase());
  const [first] = found;
  return first !== undefined && found.every((other) => other === first) ? first : undefined;
}

export function sameFingerprint(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
