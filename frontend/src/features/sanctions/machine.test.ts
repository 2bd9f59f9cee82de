import { expect, test } from 'vitest';

import { appealText, barText } from './core/words';
import { NO_SANCTIONS, reduceSanctions, type SanctionsEvent } from './machine';

import type { SanctionEntry } from '@/protocol/messages';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const BAN: SanctionEntry = { sanctionId: 'x1', action: 'ban', reason: 'harassment', createdAt: NOW, until: NOW + 365 * DAY, holds: true };
const SHORT: SanctionEntry = { ...BAN, sanctionId: 'x2', action: 'suspend', until: NOW + DAY };
const IN: SanctionsEvent = { type: 'belong', userId: 'ada' };
const STRUCK: SanctionsEvent = { type: 'struck', action: { sanctionId: 'x1', action: 'ban', reason: 'harassment', until: NOW + 365 * DAY }, nowMs: NOW };
const looked = (...sanctions: readonly SanctionEntry[]): SanctionsEvent => ({ type: 'looked', userId: 'ada', sanctions, nowMs: NOW });

const play = (...events: readonly SanctionsEvent[]) =>
  events.reduce<ReturnType<typeof reduceSanctions>>(({ state }, event) => reduceSanctions(state, event), { state: NO_SANCTIONS, effects: [] });

test('a moderator’s act is shown at once, and the server is asked about it', () => {
  const { state, effects } = play(IN, STRUCK);
  expect(state.bar?.sanction).toEqual(BAN);
  expect(effects).toEqual([{ type: 'load', userId: 'ada' }]);
});

test('what holds the longest is shown; what is past is none', () => {
  expect(play(IN, { type: 'look' }, looked(SHORT, BAN)).state.bar?.sanction).toEqual(BAN);
  expect(play(IN, { type: 'look' }, looked({ ...BAN, until: NOW - 1 })).state.bar).toBeUndefined();
  expect(play(IN, { type: 'look' }, looked({ ...BAN, holds: false })).state.bar).toBeUndefined();
  expect(play(IN, { type: 'look' }, { type: 'looked', userId: 'bea', sanctions: [BAN], nowMs: NOW }).state.bar).toBeUndefined();
});

test('a warning is no bar, and is put away', () => {
  const warned = play(IN, { type: 'warned', warning: { sanctionId: 'w', reason: 'spam' } });
  expect(warned.state).toMatchObject({ warning: { reason: 'spam' } });
  expect(warned.state.bar).toBeUndefined();
  expect(reduceSanctions(warned.state, { type: 'understood' }).state.warning).toBeUndefined();
});

test('who is let in by nobody is barred, whatever is known of it', () => {
  const { state, effects } = play(IN, { type: 'refused', until: NOW + DAY });
  expect(state.bar).toEqual({ until: NOW + DAY });
  expect(effects).toEqual([{ type: 'load', userId: 'ada' }]);
  expect(barText({ until: NOW + DAY }, NOW).title).toMatch(/^You are banned until tomorrow/u);
});

test('an appeal is sent once and then waits; blank ones are none', () => {
  const say: SanctionsEvent = { type: 'appeal', message: ' I sang. ' };
  expect(play(IN, STRUCK, looked(BAN), { type: 'appeal', message: '  ' }).effects).toEqual([]);
  expect(play(IN, STRUCK, looked(BAN), say).effects).toEqual([{ type: 'appeal', sanctionId: 'x1', message: 'I sang.' }]);
  expect(play(IN, STRUCK, looked(BAN), say, say).effects).toEqual([]);
  const { state } = play(IN, STRUCK, looked(BAN), say, { type: 'appealed' });
  expect(appealText(state.bar?.sanction?.appeal)).toContain('with a moderator');
});

test('granted, past and rejected are told apart, and what is over ends by reading it', () => {
  const over = (entry: Partial<SanctionEntry>) => play(IN, STRUCK, looked(BAN), { type: 'look' }, looked({ ...BAN, ...entry })).state;
  expect(over({ holds: false, appeal: 'granted' }).bar?.over).toBe('lifted');
  expect(over({ holds: false }).bar?.over).toBe('past');
  expect(over({ appeal: 'rejected' }).bar?.over).toBeUndefined();
  expect(reduceSanctions(over({}), { type: 'go-on' }).state.bar).toBeDefined();
  expect(reduceSanctions(over({ holds: false }), { type: 'go-on' }).state.bar).toBeUndefined();
});
