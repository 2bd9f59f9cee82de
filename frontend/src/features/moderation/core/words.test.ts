import { expect, test } from 'vitest';

import { noticedText } from './words';

const DAY_MS = 24 * 3600 * 1000;

test.each([
  ['skipped-by-many', 60, 3_600_000, '60 different people went on to somebody else within 60 minutes'],
  ['reported-by-many', 5, DAY_MS, '5 different people reported them within 24 hours'],
  ['links-to-everybody', 15, 3_600_000, '15 different people were sent links within 60 minutes'],
  ['a-rule-of-tomorrow', 7, 600_000, '7 times within 10 minutes'],
])('a moderator reads what the rule %s has counted', (rule, many, withinMs, told) => {
  expect(noticedText({ rule, many, withinMs })).toBe(`Noticed by the rule ${rule}: ${told}.`);
});
