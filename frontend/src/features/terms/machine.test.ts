import { expect, test } from 'vitest';

import { NOT_ASKED, reduceTerms, type TermsEvent } from './machine';

const ASK: TermsEvent = { type: 'ask', wanted: 'start' };
const OFFLINE = { code: 'offline', message: '' } as const;

const play = (...events: readonly TermsEvent[]) =>
  events.reduce<ReturnType<typeof reduceTerms>>(({ state }, event) => reduceTerms(state, event), { state: NOT_ASKED, effects: [] });

test('agreeing tells it, and goes on when it is told', () => {
  expect(play(ASK, { type: 'agree' }).effects).toEqual([{ type: 'tell' }]);
  expect(play(ASK, { type: 'agree' }, { type: 'agree' }).effects).toEqual([]);
  expect(play(ASK, { type: 'agree' }, { type: 'agreed' })).toEqual({ state: NOT_ASKED, effects: [{ type: 'go-on' }] });
});

test('whoever puts it away has not agreed and goes nowhere', () => {
  expect(play(ASK, { type: 'close' })).toEqual({ state: NOT_ASKED, effects: [] });
  expect(play(ASK, { type: 'close' }, { type: 'agreed' }).effects).toEqual([]);
});

test('what could not be told is asked again, with the reason', () => {
  expect(play(ASK, { type: 'agree' }, { type: 'refused', problem: OFFLINE }).state).toEqual({ phase: 'asking', wanted: 'start', busy: false, problem: OFFLINE });
});
