import { expect, test } from 'vitest';

import { createRelay } from './relay';

import type { ClientFrame, ServerFrame } from '@/protocol/messages';
import { createFakeClock } from '@/testing/fake-clock';

const candidate = (to: string, n: number): ClientFrame => ({
  action: 'send-candidate',
  data: { roomId: 'r1', to, epoch: 1, n, data: { candidate: '' } },
});
const inCall = (n: number): ClientFrame => ({ action: 'send-candidate', data: { sessionId: 's1', epoch: 1, n, data: { candidate: '' } } });

/** A relay, what it has sent and when, and a server to answer the frame that was sent as the given one. */
function open() {
  const clock = createFakeClock();
  const sent: { readonly at: number; readonly frame: ClientFrame }[] = [];
  let hear: (frame: ServerFrame) => void = () => undefined;
  const send = createRelay(clock, {
    send: (frame) => sent.push({ at: clock.now(), frame }),
    onFrame: (listener) => {
      hear = listener;
    },
  });
  const answer = (place: number, event: 'ack' | 'error', code = 'rate_limited', retryAfterSeconds?: number): void => {
    const id = sent[place]?.frame.id ?? '';
    const data = event === 'ack' ? {} : { code, message: '', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    hear({ event, id, ts: 0, data } as ServerFrame);
  };
  return { clock, sent, send, answer };
}

test('to one recipient at most 20 a second pass in any second, in order, and nobody waits for another', async () => {
  const { clock, sent, send } = open();
  for (let n = 1; n <= 60; n += 1) send(candidate('bea', n));
  send(candidate('cleo', 1));
  send({ action: 'ping', data: {} });
  expect(sent.slice(-2).map(({ frame }) => frame.action)).toEqual(['send-candidate', 'ping']);
  await clock.advance(10_000);
  const toBea = sent.filter(({ frame }) => frame.action === 'send-candidate' && 'to' in frame.data && frame.data.to === 'bea');
  expect(toBea.map(({ frame }) => frame)).toMatchObject(Array.from({ length: 60 }, (_, index) => candidate('bea', index + 1)));
  for (const { at: from } of toBea) {
    expect(toBea.filter(({ at }) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(20);
  }
});

test.each([candidate('bea', 7), inCall(7)])('a candidate that was one too many is sent again under its number, once the server says', async (one) => {
  const { clock, sent, send, answer } = open();
  send(one);
  answer(0, 'error', 'rate_limited', 3);
  await clock.advance(2999);
  expect(sent).toHaveLength(1);
  await clock.advance(1);
  expect(sent.map(({ frame }) => frame.data)).toEqual([one.data, one.data]);
  expect(new Set(sent.map(({ frame }) => frame.id)).size).toBe(2);
  answer(1, 'ack');
  answer(0, 'error', 'rate_limited', 1);
  await clock.advance(10_000);
  expect(sent).toHaveLength(2);
});

test('it is not sent for ever, nor where the refusal is for good, nor is anything else', async () => {
  const { clock, sent, send, answer } = open();
  send(candidate('bea', 1));
  for (let round = 0; round < 9; round += 1) {
    answer(sent.length - 1, 'error');
    await clock.advance(2000);
  }
  expect(sent).toHaveLength(2);
  send(candidate('bea', 2));
  answer(2, 'error', 'not_in_session');
  send({ action: 'send-message', id: 'line', data: { roomId: 'r1', n: 1, message: 'Hi' } });
  answer(3, 'error', 'rate_limited', 1);
  await clock.advance(5000);
  expect(sent).toHaveLength(4);
});
