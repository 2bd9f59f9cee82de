import { saltOf, secretOf, type Connected } from '@/lib/core/safety-words';
import { wordsOf } from '@/lib/core/word-list';

/** How often the hash is taken: some 0.1 s of a slow laptop. */
export const STRETCHES = 200_000;
const BITS = 64;

/**
 * Eight words that two people read to each other: they are the same on both pages if both know the same two
 * certificates, so that nobody is in between.
 *
 * Each page checks the other's certificate against what came over our own socket. Whoever holds the server of that
 * socket could announce a certificate of their own to each side and pass everything on. Then the two pages reckon with
 * different pairs, and their words differ, unless the pairs were chosen so that they do not. Both own certificates may be
 * chosen freely, so that is a search for two equal codes of 64 bits: about 2^32 certificates for each side, each
 * stretched by 200,000 rounds, some 2^51 hashes in all. A good graphics card takes some 50 hours for it, six hundred of
 * them five minutes. It cannot be begun before both certificates are known, and a page makes its own for each call or
 * stay in a room anew, so it must be done between the match and the reading. That stops whoever listens to many, and
 * nobody who has such a hall at hand for this one call: only certificates that both had committed to beforehand would
 * leave a single guess, and nothing on the wire does that.
 *
 * A certificate does not outlive its page: the words change when one of the two reloads, and prove nothing until they
 * are read again. Whether the voice is the other's is for the two to hear.
 */
export async function safetyWords(connected: Connected): Promise<readonly string[]> {
  const text = new TextEncoder();
  const secret = await crypto.subtle.importKey('raw', text.encode(secretOf(connected)), 'PBKDF2', false, ['deriveBits']);
  const salt = text.encode(saltOf(connected));
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: STRETCHES }, secret, BITS);
  return wordsOf(new Uint8Array(bits));
}
