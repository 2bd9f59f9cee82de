import { expect, test } from 'vitest';

import { NO_BLOCKS, reduceBlocks, type BlocksEvent } from './machine';

const BEA = { who: { sessionId: 's1' }, nickname: 'Bea' };
const ENTRY = { blockId: 'b1', nickname: 'Bea', createdAt: 0 };
const PROBLEM = { code: 'offline', message: '' } as const;
const IN: BlocksEvent = { type: 'belong', userId: 'ada' };
const ASK: BlocksEvent = { type: 'ask', whom: BEA };

const play = (...events: readonly BlocksEvent[]) =>
  events.reduce<ReturnType<typeof reduceBlocks>>(({ state }, event) => reduceBlocks(state, event), { state: NO_BLOCKS, effects: [] });

test('blocks after asking once more, once', () => {
  expect(play(IN, ASK).effects).toEqual([]);
  expect(play(IN, ASK, { type: 'block' }).effects).toEqual([{ type: 'block', whom: BEA }]);
  expect(play(IN, ASK, { type: 'block' }, { type: 'block' }).effects).toEqual([]);
  expect(play(IN, ASK, { type: 'close' }, { type: 'block' }).effects).toEqual([]);
});

test('remembers in which calls the partner was blocked', () => {
  expect(play(IN, ASK, { type: 'block' }, { type: 'blocked', who: BEA.who }).state).toMatchObject({ sessions: ['s1'] });
  expect(play(IN, ASK, { type: 'block' }, { type: 'blocked', who: BEA.who }).state.asks).toBeUndefined();
});

test('who could not be blocked is asked about again', () => {
  expect(play(IN, ASK, { type: 'block' }, { type: 'block-refused', who: BEA.who, problem: PROBLEM }).state.asks).toEqual({ whom: BEA, busy: false, problem: PROBLEM });
});

test('a list for somebody who is gone is nobody’s, and what changed meanwhile is looked at again', () => {
  const looked: BlocksEvent = { type: 'looked', userId: 'ada', list: [ENTRY] };
  expect(play(IN, { type: 'look' }, { type: 'belong', userId: 'bea' }, looked).state.list).toBeUndefined();
  expect(play(IN, { type: 'look' }, { type: 'look' }, looked).effects).toEqual([{ type: 'load', userId: 'ada' }]);
});

test('who is let go is gone from the list at once; a refusal keeps them and says why', () => {
  const listed: readonly BlocksEvent[] = [IN, { type: 'look' }, { type: 'looked', userId: 'ada', list: [ENTRY] }, { type: 'unblock', blockId: 'b1' }];
  expect(play(...listed).effects).toEqual([{ type: 'unblock', blockId: 'b1' }]);
  expect(play(...listed, { type: 'unblock', blockId: 'b1' }).effects).toEqual([]);
  expect(play(...listed, { type: 'unblocked', blockId: 'b1' }).state.list).toEqual([]);
  expect(play(...listed, { type: 'unblock-refused', blockId: 'b1', problem: PROBLEM }).state).toMatchObject({ list: [ENTRY], freeing: [], trouble: { blockId: 'b1' } });
});
