import { expect, test } from 'vitest';

import { createBatch } from './batch';
import { candidatesOf } from './kvs';

import { chanceOf } from '@/testing/chance';
import { createFakeClock } from '@/testing/fake-clock';

const MS = 60;
const MOST = 4;

test('everything comes once and in order, a few at a time, and nothing is held too long', async () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const chance = chanceOf(seed);
    const clock = createFakeClock();
    const cameAt: number[] = [];
    const released: number[] = [];
    const batch = createBatch<number>(clock, MS, MOST, (items) => {
      expect(items.length).toBeGreaterThan(0);
      expect(items.length).toBeLessThanOrEqual(MOST);
      for (const item of items) expect(clock.now() - (cameAt[item] ?? Number.NaN)).toBeLessThanOrEqual(MS);
      released.push(...items);
    });
    for (let item = 0; item < 40; item += 1) {
      await clock.advance(Math.floor(chance() * 90));
      cameAt.push(clock.now());
      batch.push(item);
    }
    await clock.advance(MS);
    expect(released).toEqual(cameAt.map((_, item) => item));
  }
});

test('nothing is released after it was stopped', async () => {
  const clock = createFakeClock();
  const released: number[] = [];
  const batch = createBatch<number>(clock, MS, MOST, (items) => released.push(...items));
  batch.push(1);
  batch.stop();
  await clock.advance(1000);
  expect(released).toEqual([]);
});

test('candidates are heard together, or alone as other clients send them; nothing else is one', () => {
  const one = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host' };
  expect(candidatesOf({ candidates: [one, 7, { candidate: 7 }, one] })).toEqual([one, one]);
  expect(candidatesOf(one)).toEqual([one]);
  for (const strange of [null, 'candidate', 7, {}, { candidates: one }, { candidates: null }]) {
    expect(candidatesOf(strange)).toEqual([]);
  }
});
