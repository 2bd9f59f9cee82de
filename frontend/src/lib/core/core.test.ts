import { describe, expect, test } from 'vitest';

import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoffMs } from './backoff';
import { errorCode, problemText, wireProblem } from './problem';
import { UNKNOWN_TIME, learnServerTime, serverNow } from './server-time';
import { addTag, cleanNickname, normaliseTag } from './tags';

describe('the back-off', () => {
  test.each([
    [0, BACKOFF_BASE_MS],
    [1, 2 * BACKOFF_BASE_MS],
    [3, 8 * BACKOFF_BASE_MS],
    [10, BACKOFF_CAP_MS],
    [5000, BACKOFF_CAP_MS],
  ])('has a ceiling for attempt %i of %i ms', (attempt, ceilingMs) => {
    expect(backoffMs(attempt, 0.999_999)).toBe(ceilingMs - 1);
  });

  test('may be nothing at all, which is what makes the jitter full', () => {
    expect(backoffMs(7, 0)).toBe(0);
  });

  test('spreads a thousand pages evenly', () => {
    const waits = Array.from({ length: 1000 }, (_, index) => backoffMs(4, index / 1000));
    const early = waits.filter((ms) => ms < (BACKOFF_BASE_MS * 16) / 2).length;
    expect(early).toBe(500);
  });
});

describe('the server time', () => {
  test('is ours until a frame came', () => {
    expect(serverNow(UNKNOWN_TIME, 5000)).toBe(5000);
  });

  test('is learned from the frame that travelled the shortest', () => {
    const slow = learnServerTime(UNKNOWN_TIME, 10_000, 9_400);
    const quick = learnServerTime(slow, 11_000, 10_050);
    const slower = learnServerTime(quick, 12_000, 11_900);
    expect(serverNow(slower, 20_000)).toBe(20_950);
    expect(slower).toBe(quick);
  });

  test('is learned anew when somebody sets the clock', () => {
    const before = learnServerTime(UNKNOWN_TIME, 10_000, 10_000);
    const after = learnServerTime(before, 11_000, 3_611_000);
    expect(serverNow(after, 3_612_000)).toBe(12_000);
  });
});

describe('a tag', () => {
  test.each([
    ['  Music ', 'music'],
    ['ＪＡＺＺ', 'jazz'],
    ['sciﬁ', 'scifi'],
    ['science   fiction', 'science fiction'],
    ['ÉTÉ', 'été'],
  ])('%j becomes %j', (typed, tag) => {
    expect(normaliseTag(typed)).toBe(tag);
  });

  test.each([
    ['   ', 'empty'],
    ['x'.repeat(31), 'too-long'],
    ['MUSIC', 'twice'],
  ] as const)('%j is refused: %s', (typed, problem) => {
    expect(addTag(['music'], typed)).toEqual({ kind: 'refused', problem });
  });

  test('of 30 emoji fits, because code points count', () => {
    expect(addTag([], '🎸'.repeat(30)).kind).toBe('added');
  });

  test('is refused as the eleventh', () => {
    const ten = Array.from({ length: 10 }, (_, index) => `tag ${index}`);
    expect(addTag(ten, 'one more')).toEqual({ kind: 'refused', problem: 'too-many' });
  });

  test('stays as it is when it is normalised again', () => {
    for (const typed of ['İstanbul', 'ﬃ', 'Ｆｕｌｌ width', 'a\u0301']) {
      expect(normaliseTag(normaliseTag(typed))).toBe(normaliseTag(typed));
    }
  });
});

describe('a nickname', () => {
  test.each([
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['\t', undefined],
    ['x'.repeat(50), 'x'.repeat(40)],
  ])('%j goes out as %j', (typed, clean) => {
    expect(cleanNickname(typed)).toBe(clean);
  });
});

describe('a problem', () => {
  test('says when to try again', () => {
    expect(problemText({ code: 'rate_limited', message: '', retryAfterSeconds: 7 })).toBe(
      'That was a little too quick. Try again in 7 seconds.',
    );
  });

  test('of our own fault is told with what finds it in the logs', () => {
    const error = { code: 'internal', message: '' };
    expect(problemText(wireProblem(error, 'fakepagetrace000'))).toMatch(/: fakepagetrace000$/);
    expect(wireProblem({ code: 'conflict', message: '' }, 'fakepagetrace000')).not.toHaveProperty('reference');
  });

  test('of an unknown code is the server’s own', () => {
    expect(errorCode('brand_new')).toBe('internal');
  });
});
