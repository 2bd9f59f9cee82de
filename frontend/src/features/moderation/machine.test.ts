import { describe, expect, test } from 'vitest';

import { EMPTY_DESK, LEASE_MS, reduceDesk, type DeskEvent, type DeskState, type Errand } from './machine';

import { aCase } from '@/testing/fake-case';

const NOW = 1_700_000_000_000;
const NEXT: Errand = { task: 'next' };
const BAN: Errand = { task: 'decide', ruling: { reportId: 'r1', decision: 'accepted', action: 'ban', note: 'Seen.' } };
const STATS = { type: 'run', errand: { task: 'stats' } };

const play = (from: DeskState, ...events: readonly DeskEvent[]) =>
  events.reduce<ReturnType<typeof reduceDesk>>(({ state }, event) => reduceDesk(state, event), { state: from, effects: [] });
const ask = (errand: Errand): DeskEvent => ({ type: 'ask', errand });
const taken = (leasedUntil?: number): DeskState => {
  const report = aCase(NOW);
  const { reportId, reason, stage, urgent, createdAt } = report.entry;
  const leased = { ...report, entry: { reportId, reason, stage, urgent, createdAt, ...(leasedUntil !== undefined && { leasedUntil }) } };
  return play(EMPTY_DESK, ask(NEXT), { type: 'found', errand: NEXT, found: { task: 'next', report: leased }, nowMs: NOW }).state;
};

describe('a report on the desk', () => {
  test.each([
    ['as long as the server says', NOW + 100_000, 100_000],
    ['for five minutes where the server’s clock makes no sense', NOW - 1000, LEASE_MS],
    ['for five minutes at most', NOW + 900_000, LEASE_MS],
    ['for five minutes where it does not say', undefined, LEASE_MS],
  ])('is one’s own %s', (_how, leasedUntil, ms) => {
    expect(taken(leasedUntil).desk).toMatchObject({ phase: 'case', until: NOW + ms });
  });

  test('goes back when the time is over, and it is said', () => {
    const { state, effects } = play(taken(NOW + 1000), { type: 'lapse-due' });
    expect(state.desk.phase).toBe('lapsed');
    expect(state.told.text).toContain('went back');
    expect(effects).toEqual([STATS]);
  });

  test('is decided once, and then comes the next', () => {
    const deciding = play(taken(), ask(BAN));
    expect(deciding.effects).toEqual([{ type: 'run', errand: BAN }]);
    expect(play(deciding.state, ask(BAN)).effects).toEqual([]);
    expect(play(deciding.state, ask(NEXT)).effects).toEqual([]);
    const { state, effects } = play(deciding.state, { type: 'found', errand: BAN, found: { task: 'decide' }, nowMs: NOW });
    expect(state.told.text).toBe('Banned.');
    expect(effects).toEqual([{ type: 'lapse-off' }, { type: 'run', errand: NEXT }, STATS]);
    const next = state.busy.next ?? NEXT;
    const none = play(state, { type: 'found', errand: next, found: { task: 'next' }, nowMs: NOW }).state;
    expect(none).toMatchObject({ desk: { phase: 'no-more' }, told: { text: 'Banned. No report waits.' } });
  });

  test.each([
    ['conflict', 'lapsed'],
    ['not_found', 'lapsed'],
    ['unavailable', 'case'],
    ['offline', 'case'],
    ['rate_limited', 'case'],
  ] as const)('that cannot be decided for %s is %s', (code, phase) => {
    const refused = play(taken(), ask(BAN), { type: 'refused', errand: BAN, problem: { code, message: '' } }).state;
    expect(refused.desk.phase).toBe(phase);
    expect(refused.trouble.decide?.code).toBe(code);
  });
});

test('a list that is narrowed again forgets the older question', () => {
  const [all, spam]: readonly [Errand, Errand] = [{ task: 'reports', filter: {} }, { task: 'reports', filter: { reason: 'spam' } }];
  const { state } = play(EMPTY_DESK, ask(all), ask(spam), { type: 'found', errand: all, found: { task: 'reports', page: { reports: [aCase(NOW).entry] } }, nowMs: NOW });
  expect(state.reports).toBeUndefined();
  expect(state.filter).toEqual({ reason: 'spam' });
});

test('what is older stands behind what is newer, and is not asked for while the list is narrowed', () => {
  const line = (n: number) => ({ n, at: NOW, deed: 'warned', about: 'u', previous: 'p', hash: 'h' });
  const [newest, older]: readonly [Errand, Errand] = [{ task: 'audit' }, { task: 'audit', before: 2 }];
  const first = play(EMPTY_DESK, ask(newest), { type: 'found', errand: newest, found: { task: 'audit', page: { lines: [line(3), line(2)], older: 2 } }, nowMs: NOW });
  const { state } = play(first.state, ask(older), { type: 'found', errand: older, found: { task: 'audit', page: { lines: [line(1)] } }, nowMs: NOW });
  expect(state.audit).toEqual({ items: [line(3), line(2), line(1)], older: undefined });
  expect(state.told.text).toBe('1 older shown.');
  const narrowing = play(EMPTY_DESK, ask({ task: 'reports', filter: { reason: 'spam' } }));
  expect(play(narrowing.state, ask({ task: 'reports', filter: {}, before: 'p' })).effects).toEqual([]);
});

test('an answered appeal is gone from the list', () => {
  const grant: Errand = { task: 'answer', answer: { userId: 'u', sanctionId: 's', decision: 'granted', note: 'Seen.' } };
  const { state, effects } = play(EMPTY_DESK, ask(grant), { type: 'found', errand: grant, found: { task: 'answer' }, nowMs: NOW });
  expect(state.told.text).toContain('Granted');
  expect(effects).toEqual([{ type: 'run', errand: { task: 'appeals' } }, STATS]);
});
