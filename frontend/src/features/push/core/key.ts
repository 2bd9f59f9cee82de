/** The bytes of base64url text. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((base64url.length * 6) / 8));
  let at = 0;
  let bits = 0;
  let pending = 0;
  for (const letter of base64url) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new RangeError('no base64url');
    pending = ((pending << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (pending >> bits) & 0xff;
  }
  return bytes;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
