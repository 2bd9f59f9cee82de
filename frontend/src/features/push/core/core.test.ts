import { describe, expect, test } from 'vitest';

import { bytesOf, sameBytes } from './key';
import { decide, isInView, windowToFocus } from './notice';

const NOW = 1_000_000;
const request = (data: object = {}): string =>
  JSON.stringify({ event: 'call-request', data: { callId: 'c1', nickname: 'Bea', mode: 'video', expiresAt: NOW + 45_000, ...data } });
const timeout = JSON.stringify({ event: 'call-timeout', data: { callId: 'c1', nickname: 'Bea' } });
const away = { inView: false };

describe('a push', () => {
  test('of a friend who calls stays until it is looked at', () => {
    expect(decide(request(), away)).toEqual({
      what: 'show',
      notice: { title: 'Bea is calling', body: 'Video call · open Speed Connect to answer', tag: 'c1', stays: true, silent: false },
    });
  });

  test('of a missed call takes the place of the ringing, and makes no sound', () => {
    expect(decide(timeout, away)).toMatchObject({ what: 'show', notice: { title: 'You missed a call from Bea', tag: 'c1', stays: false, silent: true } });
  });

  test('of a call that was answered elsewhere ends what rings, and is nothing where nothing rang', () => {
    const settled = JSON.stringify({ event: 'call-cancelled', data: { callId: 'c1', nickname: 'Bea' } });
    expect(decide(settled, away)).toMatchObject({ what: 'replace', notice: { tag: 'c1', stays: false, silent: true } });
    expect(decide(settled, { ...away, inView: true })).toEqual({ what: 'close', tag: 'c1' });
  });

  test('is not for who looks at the page, which rings itself', () => {
    expect(decide(request(), { ...away, inView: true })).toEqual({ what: 'nothing' });
    expect(decide(timeout, { ...away, inView: true })).toEqual({ what: 'close', tag: 'c1' });
  });

  test.each([
    undefined,
    '',
    'null',
    '[]',
    '{"event":"call-request"}',
    '{"event":"call-request","data":null}',
    request({ callId: 7 }),
    request({ nickname: '' }),
    JSON.stringify({ event: 'brand-new', data: { callId: 'c1', nickname: 'Bea' } }),
  ])('that makes no sense is passed over: %s', (text) => {
    expect(decide(text, away)).toEqual({ what: 'nothing' });
  });

  test('names a long name in part, and a kind of call that is new as a call', () => {
    const { notice } = decide(request({ nickname: 'B'.repeat(300), mode: 'hologram' }), away) as { notice: { title: string; body: string } };
    expect(notice).toMatchObject({ title: `${'B'.repeat(40)} is calling`, body: 'Call · open Speed Connect to answer' });
  });
});

test('a press on the notice leads to the window that is nearest to the eye', () => {
  const hidden = { focused: false, visibilityState: 'hidden' };
  const visible = { focused: false, visibilityState: 'visible' };
  const focused = { focused: true, visibilityState: 'visible' };
  expect(windowToFocus([hidden, visible, focused])).toBe(focused);
  expect(windowToFocus([hidden, visible])).toBe(visible);
  expect(windowToFocus([hidden])).toBe(hidden);
  expect(windowToFocus<typeof hidden>([])).toBeUndefined();
  expect([isInView([hidden]), isInView([hidden, visible])]).toEqual([false, true]);
});

test('a key of base64url is its bytes', () => {
  expect([...bytesOf('-_8A')]).toEqual([0xfb, 0xff, 0x00]);
  expect([...bytesOf('AQI')]).toEqual([1, 2]);
  expect(bytesOf('B'.repeat(87))).toHaveLength(65);
  expect(() => bytesOf('a+b/')).toThrow(RangeError);
  expect(sameBytes(bytesOf('AQI'), bytesOf('AQI'))).toBe(true);
  expect(sameBytes(bytesOf('AQI'), bytesOf('AQIA'))).toBe(false);
});
