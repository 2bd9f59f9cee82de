/**
 * The SHA-256 fingerprint of the DTLS certificate that a description promises (RFC 8122, section 5), as the wire
 * spells it: pairs in upper case joined by colons. Nothing when it promises none, or two different ones, or anything
 * else beside it, which a browser could go by instead.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const promised = [...sdp.matchAll(/^a=fingerprint:(.*)$/gimu)].map(([, words = '']) => bySha256(words));
  const [first] = promised;
  return promised.every((other) => other === first) ? first : undefined;
}

function bySha256(words: string): string | undefined {
  return /^sha-256 +(?<bytes>[0-9A-F]{2}(?::[0-9A-F]{2}){31})\s*$/iu.exec(words)?.groups?.['bytes']?.toUpperCase();
}

export function sameFingerprint(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
