import { expect, test } from 'vitest';

import { TRACE_BYTES, traceOf } from './trace';

test('a trace is 16 characters that nobody takes for each other', () => {
  for (let first = 0; first < 256; first += 1) {
    const random = Uint8Array.from({ length: TRACE_BYTES }, (_, place) => (first + place * 17) % 256);
    expect(traceOf(random)).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  }
});

test('each bit of chance counts once', () => {
  const [ones, twos] = [1, 2].map((byte) => traceOf(new Uint8Array(TRACE_BYTES).fill(byte)));
  expect(ones).not.toBe(twos);
});
