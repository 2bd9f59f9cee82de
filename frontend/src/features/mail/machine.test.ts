import { describe, expect, test } from 'vitest';

import { reduceLink, type LinkState } from './core/link';
import { grouped, secondsLeft, spelled } from './core/words';
import { AGAIN_MS, LINK_LIFE_MS, NO_MAIL, reduceMail, type MailState } from './machine';

import { isAddress } from '@/lib/core/address';

const NOW = 1_000_000;
const EMAIL = 'ada@example.org';
const OFFLINE = { code: 'offline', message: '' } as const;

const after = (...events: readonly Parameters<typeof reduceMail>[1][]): MailState =>
  events.reduce((state, event) => reduceMail(state, event).state, NO_MAIL);
const sent = (): MailState => after({ type: 'open' }, { type: 'ask', email: EMAIL }, { type: 'asked', nowMs: NOW });

describe('asking for a link', () => {
  test('is done once, however often it is pressed', () => {
    const asking = after({ type: 'open' }, { type: 'ask', email: EMAIL });
    expect(reduceMail(asking, { type: 'ask', email: EMAIL }).effects).toEqual([]);
  });

  test('is remembered, so that a reload goes on waiting', () => {
    const asking = after({ type: 'open' }, { type: 'ask', email: EMAIL });
    const { effects } = reduceMail(asking, { type: 'asked', nowMs: NOW });
    expect(effects).toEqual([{ type: 'keep', pending: { email: EMAIL, askedAtMs: NOW } }]);
    const pending = { email: EMAIL, askedAtMs: NOW };
    expect(after({ type: 'restored', pending, nowMs: NOW + 5000 })).toEqual(sent());
    expect(after({ type: 'restored', pending, nowMs: NOW + LINK_LIFE_MS }).phase).toBe('closed');
  });

  test('that is refused keeps what was typed', () => {
    const refused = after({ type: 'open' }, { type: 'ask', email: EMAIL }, { type: 'ask-refused', problem: OFFLINE, nowMs: NOW });
    expect(refused).toEqual({ phase: 'address', email: EMAIL, sending: false, problem: OFFLINE });
  });

  test('again takes a minute of patience, or what the server says', () => {
    expect(reduceMail(sent(), { type: 'again', nowMs: NOW + AGAIN_MS - 1 }).effects).toEqual([]);
    const { state, effects } = reduceMail(sent(), { type: 'again', nowMs: NOW + AGAIN_MS });
    expect(effects).toEqual([{ type: 'ask', email: EMAIL }]);
    const problem = { code: 'rate_limited', message: '', retryAfterSeconds: 90 } as const;
    const refused = reduceMail(state, { type: 'ask-refused', problem, nowMs: NOW }).state;
    expect(refused).toMatchObject({ againAtMs: NOW + 90_000, trouble: { about: 'again' } });
  });
});

test('a sheet that is put away still waits for its link', () => {
  const away = reduceMail(sent(), { type: 'close' }).state;
  expect(away).toMatchObject({ phase: 'sent', shown: false });
  expect(reduceMail(away, { type: 'open' }).state).toEqual(sent());
  expect(reduceMail(away, { type: 'entered' })).toEqual({ state: NO_MAIL, effects: [{ type: 'forget' }] });
});

describe('a link', () => {
  const opening: LinkState = { phase: 'opening', token: 't' };

  test.each([
    ['gone', 'over'],
    ['invalid_request', 'over'],
    ['offline', 'trouble'],
    ['rate_limited', 'trouble'],
  ] as const)('that is refused as %s is %s', (code, phase) => {
    expect(reduceLink(opening, { type: 'refused', problem: { code, message: '' } }).state.phase).toBe(phase);
  });

  test('of another browser ends with its code, whatever is pressed', () => {
    const elsewhere = reduceLink(opening, { type: 'elsewhere', code: 'K7QD0001' }).state;
    for (const type of ['again', 'leave', 'entered'] as const) {
      expect(reduceLink(elsewhere, { type })).toEqual({ state: elsewhere, effects: [] });
    }
  });

  test('without its token asks nobody', () => {
    expect(reduceLink({ phase: 'none' }, { type: 'open' })).toEqual({ state: { phase: 'incomplete' }, effects: [] });
  });
});

test('words and figures', () => {
  expect(grouped('K7QD0001')).toEqual(['K7QD', '0001']);
  expect(spelled('K7Q')).toBe('K, 7, Q');
  expect(secondsLeft(61_500, 1000)).toBe(61);
  expect(['ada@example.org', ' ada@example.org ', 'ada@example', 'ada example.org', ''].map(isAddress)).toEqual([true, true, false, false, false]);
});
