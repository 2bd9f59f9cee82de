import { expect, test } from 'vitest';

import { thanksText } from './core/words';
import { NO_REPORT, reduceReport, reporting, type ReportEvent, type ReportState } from './machine';

const ABOUT = { sessionId: 's1', nickname: 'Bea' };
const OPEN: ReportEvent = { type: 'open', about: ABOUT };
const CHOOSE: ReportEvent = { type: 'choose', reason: 'spam', comment: '  three links ', block: true };
const OFFLINE = { code: 'offline', message: '' } as const;

const play = (...events: readonly ReportEvent[]) =>
  events.reduce<ReturnType<typeof reduceReport>>(({ state }, event) => reduceReport(state, event), { state: NO_REPORT, effects: [] });
const complaintOf = (state: ReportState) => {
  if (state.phase !== 'sending') throw new Error('nothing is on its way');
  return state.complaint;
};

test('two presses send: one opens, one picks the reason', () => {
  const { state, effects } = play(OPEN, CHOOSE);
  expect(effects).toEqual([{ type: 'send', complaint: { about: ABOUT, reason: 'spam', comment: 'three links', block: true } }]);
  expect(reporting(state)).toBe('s1');
});

test('a reason is sent once, and what is on its way cannot be put away', () => {
  expect(play(OPEN, CHOOSE, CHOOSE).effects).toEqual([]);
  expect(play(OPEN, CHOOSE, { type: 'close' }).state.phase).toBe('sending');
  expect(play(OPEN, CHOOSE, OPEN).state.phase).toBe('sending');
});

test('putting it away sends nothing', () => {
  expect(play(OPEN, { type: 'close' })).toEqual({ state: NO_REPORT, effects: [] });
});

test('what was refused can be sent again, and an answer to an older one is none', () => {
  const sending = play(OPEN, CHOOSE).state;
  const complaint = complaintOf(sending);
  const refused = reduceReport(sending, { type: 'refused', complaint, problem: OFFLINE }).state;
  expect(refused).toEqual({ phase: 'choosing', about: ABOUT, problem: OFFLINE });
  const again = reduceReport(refused, CHOOSE);
  expect(again.effects).toHaveLength(1);
  expect(reduceReport(again.state, { type: 'done', complaint }).state).toBe(again.state);
  expect(reduceReport(again.state, { type: 'done', complaint: complaintOf(again.state) }).state).toBe(NO_REPORT);
});

test('thanks do not promise more than was asked for', () => {
  expect(thanksText({ about: ABOUT, block: true })).toContain('You will not meet Bea again.');
  expect(thanksText({ about: ABOUT, block: false })).toContain('during this visit');
});
