import { expect, test } from 'vitest';

import { NOTHING_MADE, reduceMaker, type MakerEvent, type MakerState } from './machine';

const room = { roomId: 'r1', url: 'https://x/room/r1' };

function run(...events: readonly MakerEvent[]): MakerState {
  return events.reduce<MakerState>((state, event) => reduceMaker(state, event).state, NOTHING_MADE);
}

test('a room is made once, and its link can be copied', () => {
  const making = run({ type: 'open' }, { type: 'make', wish: { capacity: 4 } });
  expect(making).toEqual({ phase: 'making', wish: { capacity: 4 } });
  expect(reduceMaker(making, { type: 'make', wish: {} }).effects).toEqual([]);
  const made = reduceMaker(making, { type: 'made', room }).state;
  expect(reduceMaker(made, { type: 'copy' }).effects).toEqual([{ type: 'copy', text: room.url }]);
  expect(reduceMaker(made, { type: 'copied', done: false }).state).toMatchObject({ copied: false });
});

test('a refusal leads back to the questions, and what comes after the sheet was closed opens nothing', () => {
  const problem = { code: 'rate_limited', message: 'You have made many rooms.' } as const;
  expect(run({ type: 'open' }, { type: 'make', wish: {} }, { type: 'refused', problem })).toEqual({ phase: 'asking', problem });
  expect(run({ type: 'open' }, { type: 'make', wish: {} }, { type: 'close' }, { type: 'made', room })).toEqual(NOTHING_MADE);
});
