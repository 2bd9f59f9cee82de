import { expect, test } from 'vitest';

import { spanOf } from './span-text';
import { secondsToWait } from './wait';
import { inSentence, untilText, whenText } from './when-text';

test('a wait counts from when the problem was first shown, wherever it is shown again', () => {
  const problem = { code: 'rate_limited', message: '', retryAfterSeconds: 10 } as const;
  expect(secondsToWait(problem, 1000)).toBe(10);
  expect(secondsToWait(problem, 4500)).toBe(7);
  expect(secondsToWait(problem, 11_000)).toBe(0);
  expect(secondsToWait({ ...problem }, 11_000)).toBe(10);
});

test('nothing else has to be waited for', () => {
  expect(secondsToWait(undefined, 0)).toBe(0);
  expect(secondsToWait({ code: 'unavailable', message: '', retryAfterSeconds: 9 }, 0)).toBe(0);
  expect(secondsToWait({ code: 'rate_limited', message: '' }, 0)).toBe(0);
});

test.each([
  [1, '1 second'],
  [59, '59 seconds'],
  [120, '2 minutes'],
  [7200, '2 hours'],
  [250_000, '3 days'],
])('%i seconds are %s', (seconds, text) => {
  expect(spanOf(seconds)).toBe(text);
});

test('times are told by the day', () => {
  const now = new Date(2026, 4, 12, 14, 30).getTime();
  const at = (day: number, hour: number): number => new Date(2026, 4, day, hour, 5).getTime();
  expect(untilText(at(12, 18), now)).toBe('today at\u00A018:05');
  expect(untilText(at(13, 9), now)).toBe('tomorrow at\u00A009:05');
  expect(untilText(new Date(2027, 4, 12, 9, 5).getTime(), now)).toBe('12\u00A0May\u00A02027 at\u00A009:05');
  expect(inSentence(whenText(at(12, 9), now))).toBe('today, 09:05');
  expect(inSentence(whenText(at(1, 9), now))).toBe('1 May, 09:05');
});
