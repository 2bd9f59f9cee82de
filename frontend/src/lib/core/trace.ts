/** Digits and letters that are not taken for each other when they are read out (Crockford's base 32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 bits. */
export const TRACE_BYTES = 16;

/**
 * The id of one loading of the page, made of chance: it goes with all that the page asks, so that what somebody tells us of a
 * trouble can be found in the logs. It means nothing else, and the next loading has another.
 */
export function traceOf(random: Uint8Array): string {
  return Array.from(random.slice(0, TRACE_BYTES), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}
