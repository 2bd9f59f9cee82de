/**
 * The SHA-256 fingerprint of the DTLS certificate that a description promises (RFC 8122, section 5), as the wire
 * spells it: pairs in upper case joined by colons. Nothing when it promises none, or two different ones, or speaks of
 * fingerprints in any other way: some browsers are more generous in reading such a line than others.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const promised = sdp.split(/[\r\n]+/u).filter((line) => /fingerprint/iu.test(line)).map(bySha256);
  const [first] = promised;
  return promised.every((other) => other === first) ? first : undefined;
}

function bySha256(line: string): string | undefined {
  return /^a=fingerprint:sha-256 (?<bytes>[0-9A-F]{2}(?::[0-9A-F]{2}){31})$/iu.exec(line)?.groups?.['bytes']?.toUpperCase();
}

export function sameFingerprint(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
