import { expect, test } from 'vitest';

import { lastedText } from './core/words';
import { NO_FRIENDS, fateOf, news, reduceFriends, type Errand, type FriendsEvent, type FriendsState } from './machine';

import { dayText, whenText } from '@/lib/core/when-text';

const ASK: Errand = { task: 'ask', whom: { sessionId: 's1' } };
const EMPTY = { friends: [], incoming: [], outgoing: [] };
const MISSED = { sessionId: 'c1', kind: 'missed', nickname: 'Bea', commonTags: [], mode: 'video', startedAt: 500, durationMs: 0 };

const play = (...events: readonly FriendsEvent[]) =>
  events.reduce<ReturnType<typeof reduceFriends>>(({ state }, event) => reduceFriends(state, event), { state: NO_FRIENDS, effects: [] });
const BELONGS: FriendsEvent = { type: 'belong', userId: 'ada', seenAt: 0 };
const LOOKED: FriendsEvent = { type: 'looked', userId: 'ada', list: EMPTY, calls: [MISSED] };

test('a list that was on its way when something changed is asked for once more, and once only', () => {
  expect(play(BELONGS, { type: 'look' }, { type: 'look' }, { type: 'look' }).effects).toEqual([]);
  expect(play(BELONGS, { type: 'look' }, { type: 'look' }, { type: 'look' }, LOOKED).effects).toEqual([{ type: 'load', userId: 'ada' }]);
  expect(play(BELONGS, { type: 'look' }, LOOKED).effects).toEqual([]);
});

test('a list of somebody who is gone is nobody’s, and nobody has one', () => {
  expect(play(BELONGS, { type: 'look' }, { type: 'belong', userId: 'bea', seenAt: 0 }, LOOKED).state.list).toBeUndefined();
  expect(play({ type: 'look' }).effects).toEqual([]);
});

test('asking twice asks once, and says what came of it until the page is put away', () => {
  const asked = play(BELONGS, { type: 'run', errand: ASK });
  expect(asked.effects).toEqual([{ type: 'run', errand: ASK }]);
  expect(reduceFriends(asked.state, { type: 'run', errand: ASK }).effects).toEqual([]);
  const done = reduceFriends(asked.state, { type: 'done', errand: ASK }).state;
  expect(fateOf(done, ASK)).toEqual({ phase: 'done' });
  expect(fateOf(reduceFriends(done, { type: 'put-away' }).state, ASK)).toBeUndefined();
});

test('the search waits until the typing pauses, and heeds only the answer to what stands there', () => {
  expect(play(BELONGS, { type: 'type', text: 'z' }).effects).toEqual([]);
  const typed = play(BELONGS, { type: 'type', text: ' zo' });
  expect(typed.effects).toEqual([{ type: 'search-in', ms: 300 }]);
  expect(reduceFriends(typed.state, { type: 'type', text: 'zo ' }).effects).toEqual([]);
  expect(reduceFriends(typed.state, { type: 'search-due' }).effects).toEqual([{ type: 'search', text: 'zo' }]);
  const found = (text: string): FriendsState => reduceFriends(typed.state, { type: 'found', text, users: [] }).state;
  expect(found('z').search.found).toBeUndefined();
  expect(found('zo').search.found).toEqual([]);
});

test('a missed call is new until the calls are looked at', () => {
  const looked = play(BELONGS, { type: 'look' }, LOOKED).state;
  expect(news(looked)).toEqual({ asking: 0, missed: 1 });
  const seen = reduceFriends(looked, { type: 'seen' });
  expect(seen.effects).toEqual([{ type: 'remember', userId: 'ada', seenAt: 500 }]);
  expect(news(seen.state).missed).toBe(0);
  expect(reduceFriends(seen.state, { type: 'seen' }).effects).toEqual([]);
});

test('days and spans in words', () => {
  const now = new Date(2026, 4, 12, 18, 0).getTime();
  const at = (...[month, day, hour]: [number, number, number]) => new Date(2026, month, day, hour, 5).getTime();
  expect(whenText(at(4, 12, 14), now)).toBe('Today, 14:05');
  expect(dayText(at(4, 11, 23), now)).toBe('Yesterday');
  expect(dayText(at(4, 1, 9), now)).toBe('1 May');
  expect(dayText(new Date(2025, 4, 12).getTime(), now)).toBe('12 May 2025');
  expect([252_000, 3_912_000, 3_600_000, 0].map(lastedText)).toEqual(['4 min 12 s', '1 h 5 min', '1 h', '0 s']);
});
