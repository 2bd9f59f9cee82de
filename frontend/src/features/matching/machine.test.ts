import { describe, expect, test } from 'vitest';

import { matchingIdle, reduceMatching, type MatchingEffect, type MatchingEvent, type MatchingState } from './machine';
import { waitText } from './core/wait-text';

const WISH = { tags: ['music'], mode: 'video' } as const;
const NUMBERS = { position: 2, waiting: 3, tags: [{ tag: 'music', waiting: 3 }] };
const JOIN = { type: 'send', frame: { action: 'join-queue', id: 'join', data: { tags: ['music'], mode: 'video' } } } as const;
const OWN_JOIN = { ...JOIN, frame: { ...JOIN.frame, data: { userId: 'u1', ...JOIN.frame.data } } };
const NEXT = { type: 'send', frame: { action: 'next', id: 'next', data: { sessionId: 's1' } } } as const;
const LEAVE = { type: 'send', frame: { action: 'leave-queue', data: {} } } as const;

function play(...events: readonly MatchingEvent[]): { state: MatchingState; effects: readonly MatchingEffect[] } {
  return events.reduce<{ state: MatchingState; effects: readonly MatchingEffect[] }>(
    ({ state }, event) => reduceMatching(state, event),
    { state: matchingIdle(WISH), effects: [] },
  );
}

const join: MatchingEvent = { type: 'join', wish: WISH, nowMs: 0 };
const connected = (server: 'idle' | 'waiting' | 'in-session', some: object = {}): MatchingEvent => ({ type: 'connected', userId: 'u1', server, nowMs: 0, ...some });
const queued: MatchingEvent = { type: 'queued', numbers: NUMBERS, nowMs: 0 };

describe('joining', () => {
  test('connects and asks once', () => {
    expect(play(join).effects).toEqual([{ type: 'connect' }, JOIN]);
    expect(play(join, queued, { type: 'numbers', numbers: NUMBERS }).effects).toEqual([]);
  });

  test('asks again when the socket was not there to hear it', () => {
    expect(play(join, connected('idle')).effects).toEqual([OWN_JOIN]);
  });

  test('says who asks as soon as the server has told it, and whom it told last', () => {
    expect(play(connected('idle'), join).effects).toContainEqual(OWN_JOIN);
    expect(play(connected('idle'), join, queued, { type: 'cancel' }, { type: 'left' }, join).effects).toContainEqual(OWN_JOIN);
    expect(play(connected('idle', { userId: 'u0' }), join, queued, connected('idle')).effects).toEqual([OWN_JOIN]);
  });

  test('takes up a place that a reload left behind', () => {
    const { state } = play(connected('waiting', { numbers: NUMBERS, nowMs: 7 }));
    expect(state).toMatchObject({ phase: 'waiting', numbers: NUMBERS, waitingSinceMs: 7 });
  });

  test('that is too quick waits as long as the server says, then asks again', () => {
    const problem = { code: 'rate_limited', message: '', retryAfterSeconds: 4 } as const;
    const limited = play(join, { type: 'refused', id: 'join', problem });
    expect(limited.effects).toEqual([{ type: 'retry-in', ms: 4000 }]);
    expect(reduceMatching(limited.state, { type: 'retry-due' }).effects).toEqual([{ type: 'connect' }, JOIN]);
  });

  test('of somebody banned ends with the reason', () => {
    const problem = { code: 'banned', message: 'Until Monday.' } as const;
    expect(play(join, { type: 'refused', id: 'join', problem }).state).toMatchObject({ phase: 'idle', problem });
  });
});

describe('cancel', () => {
  test('leaves, and a place that is confirmed late changes nothing', () => {
    expect(play(join, queued, { type: 'cancel' }).effects).toContainEqual(LEAVE);
    expect(play(join, { type: 'cancel' }, queued).state.phase).toBe('leaving');
    expect(play(join, { type: 'cancel' }, { type: 'left' }).state.phase).toBe('idle');
  });

  test('declines the match that crossed it on the way', () => {
    const { effects } = play(join, queued, { type: 'cancel' }, { type: 'matched', sessionId: 's1' });
    expect(effects).toEqual([{ type: 'send', frame: { action: 'end-call', data: { sessionId: 's1' } } }]);
  });

  test('is said again when the socket was lost', () => {
    expect(play(join, queued, { type: 'cancel' }, connected('waiting')).effects).toEqual([LEAVE]);
  });
});

describe('next', () => {
  test('that comes too soon is asked again, not turned into joining', () => {
    const problem = { code: 'rate_limited', message: '', retryAfterSeconds: 1 } as const;
    const limited = play({ type: 'next', from: 's1', nowMs: 0 }, { type: 'refused', id: 'next', problem });
    expect(reduceMatching(limited.state, { type: 'retry-due' }).effects).toEqual([{ type: 'connect' }, NEXT]);
  });

  test('is one step of the server', () => {
    expect(play({ type: 'next', from: 's1', nowMs: 0 }).effects).toEqual([{ type: 'connect' }, NEXT]);
  });

  test('is said again when the call still stands after a lost socket', () => {
    expect(play({ type: 'next', from: 's1', nowMs: 0 }, connected('in-session', { sessionId: 's1' })).effects).toEqual([NEXT]);
  });

  test('leaves a call alone that has begun meanwhile', () => {
    const { state, effects } = play({ type: 'next', from: 's1', nowMs: 0 }, connected('in-session', { sessionId: 's2' }));
    expect(state.phase).toBe('idle');
    expect(effects).toEqual([{ type: 'retry-off' }]);
  });

  test('joins plainly when the call was over already', () => {
    const problem = { code: 'not_in_session', message: '' } as const;
    expect(play({ type: 'next', from: 's1', nowMs: 0 }, { type: 'refused', id: 'next', problem }).effects).toEqual([JOIN]);
  });
});

test('a match is accepted and ends the waiting', () => {
  const { state, effects } = play(join, queued, { type: 'matched', sessionId: 's1' });
  expect(state.phase).toBe('idle');
  expect(effects).toContainEqual({ type: 'accept', sessionId: 's1' });
});

test('who was put back by the server waits on, and asks when the server forgot', () => {
  const requeued = play({ type: 'requeued', nowMs: 0 });
  expect(requeued.effects).toEqual([{ type: 'retry-in', ms: 3000 }]);
  expect(reduceMatching(requeued.state, queued).state.phase).toBe('waiting');
  expect(reduceMatching(requeued.state, { type: 'retry-due' }).effects).toContainEqual(JOIN);
});

test('somebody who lost the place joins again', () => {
  expect(play(join, queued, connected('idle')).effects).toEqual([OWN_JOIN]);
});

describe('the wait in words', () => {
  test.each([
    [undefined, undefined],
    [{ tags: [] }, undefined],
    [{ tags: [], waiting: 1, position: 1 }, 'You are the first one here'],
    [{ tags: [], waiting: 4, position: 2 }, '4 people waiting · you are number 2'],
    [{ tags: [], waiting: 4, position: 2, estimatedWaitSeconds: 130 }, '4 people waiting · you are number 2 · about 2 min'],
  ])('%j is %j', (numbers, text) => {
    expect(waitText(numbers)?.replaceAll('\u00a0', ' ')).toBe(text);
  });
});
