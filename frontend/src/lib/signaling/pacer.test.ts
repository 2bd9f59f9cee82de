import { expect, test } from 'vitest';

import { createPacer } from './pacer';

import { createFakeClock } from '@/testing/fake-clock';

test('a burst of one second passes at once, the rest evenly and in order', async () => {
  const clock = createFakeClock();
  const released: number[] = [];
  const pacer = createPacer<number>(clock, 10, (item) => released.push(item));
  for (let item = 0; item < 25; item += 1) pacer.push(item);
  expect(released).toHaveLength(10);
  await clock.advance(1000);
  expect(released.length).toBeGreaterThanOrEqual(19);
  expect(released.length).toBeLessThanOrEqual(20);
  await clock.advance(1000);
  expect(released).toEqual(Array.from({ length: 25 }, (_, index) => index));
});

test('nothing is released after it was stopped', async () => {
  const clock = createFakeClock();
  const released: number[] = [];
  const pacer = createPacer<number>(clock, 1, (item) => released.push(item));
  pacer.push(1);
  pacer.push(2);
  pacer.stop();
  await clock.advance(5000);
  expect(released).toEqual([1]);
});
