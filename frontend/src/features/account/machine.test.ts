import { expect, test } from 'vitest';

import { NOBODY, hidesIp, reduceAccount, type AccountState, type Errand, type Own } from './machine';

const ADA: Own = { userId: 'u1', nickname: 'Ada', tags: [], hideIp: false, findable: false, moderates: false, createdAt: 0 };
const HIDE: Errand = { task: 'hide', hideIp: true };
const FORBIDDEN = { code: 'forbidden', message: '' } as const;

const asked = (errand: Errand, state: AccountState = { own: ADA }): AccountState => reduceAccount(state, { type: 'ask', errand }).state;

test('one errand at a time, but the look at the profile gives way', () => {
  expect(reduceAccount(asked(HIDE), { type: 'ask', errand: { task: 'erase' } }).effects).toEqual([]);
  expect(reduceAccount(asked({ task: 'load' }), { type: 'ask', errand: HIDE }).effects).toEqual([{ type: 'run', errand: HIDE }]);
});

test('the switch shows what was asked for, until the server has refused it', () => {
  expect(hidesIp(asked(HIDE))).toBe(true);
  const refused = reduceAccount(asked(HIDE), { type: 'refused', errand: HIDE, problem: FORBIDDEN }).state;
  expect(hidesIp(refused)).toBe(false);
  expect(refused.trouble).toEqual({ task: 'hide', problem: FORBIDDEN });
});

test('an answer for somebody who is gone is nobody’s', () => {
  const gone = reduceAccount(asked(HIDE), { type: 'forget' }).state;
  expect(reduceAccount(gone, { type: 'done', errand: HIDE, own: ADA }).state).toEqual(NOBODY);
});
