import { expect, test } from 'vitest';

import { createRelay } from './relay';

import type { ClientFrame } from '@/protocol/messages';
import { createFakeClock } from '@/testing/fake-clock';

const candidate = (to: string, n: number): ClientFrame => ({
  action: 'send-candidate',
  data: { roomId: 'r1', to, epoch: 1, n, data: { candidate: '' } },
});

test('to one recipient at most 20 a second pass in any second, in order, and nobody waits for another', async () => {
  const clock = createFakeClock();
  const sent: { readonly at: number; readonly frame: ClientFrame }[] = [];
  const send = createRelay(clock, (frame) => sent.push({ at: clock.now(), frame }));
  for (let n = 1; n <= 60; n += 1) send(candidate('bea', n));
  send(candidate('cleo', 1));
  send({ action: 'ping', data: {} });
  expect(sent.slice(-2).map(({ frame }) => frame.action)).toEqual(['send-candidate', 'ping']);
  await clock.advance(10_000);
  const toBea = sent.filter(({ frame }) => frame.action === 'send-candidate' && 'to' in frame.data && frame.data.to === 'bea');
  expect(toBea.map(({ frame }) => frame)).toEqual(Array.from({ length: 60 }, (_, index) => candidate('bea', index + 1)));
  for (const { at: from } of toBea) {
    expect(toBea.filter(({ at }) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(20);
  }
});
