import { describe, expect, test } from 'vitest';

import { rematchText } from './core/words';
import { NO_REMATCH, reduceRematch, type RematchEffect, type RematchEvent, type RematchState, REMATCH_ID } from './machine';

import type { ErrorCode } from '@/lib/core/problem';

const OVER = { sessionId: 's1', nickname: 'Bea', mode: 'video', until: 120_000 } as const;
const ASK = { type: 'send', frame: { action: 'rematch', id: 'rematch', data: { sessionId: 's1' } } } as const;
const LEAVE = { type: 'send', frame: { action: 'leave-queue', data: {} } } as const;

const ask: RematchEvent = { type: 'ask', over: OVER, now: 20_000 };
const withdraw: RematchEvent = { type: 'withdraw', told: false };
const rematched: RematchEvent = { type: 'rematched', inCall: false };
const due = (timer: 'repeat' | 'end', now = 40_000): RematchEvent => ({ type: 'due', timer, now });
const connected = (inCall: boolean, now = 40_000): RematchEvent => ({ type: 'connected', inCall, now });
const refused = (code: ErrorCode, retryAfterSeconds?: number): RematchEvent => ({
  type: 'refused',
  id: 'rematch',
  problem: { code, message: '', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
});

function play(...events: readonly RematchEvent[]): { state: RematchState; effects: readonly RematchEffect[] } {
  return events.reduce<{ state: RematchState; effects: readonly RematchEffect[] }>(({ state }, event) => reduceRematch(state, event), {
    state: NO_REMATCH,
    effects: [],
  });
}

describe('asking', () => {
  test('is said again until it was heard, and ends with the two minutes', () => {
    expect(play(ask).effects).toEqual([
      { type: 'connect' },
      ASK,
      { type: 'timer', timer: 'repeat', ms: 5000 },
      { type: 'timer', timer: 'end', ms: 100_000 },
    ]);
    expect(play(ask, due('repeat')).effects).toContainEqual(ASK);
    expect(play(ask, { type: 'acknowledged', id: 'rematch' }).effects).toEqual([{ type: 'timer-off', timer: 'repeat' }]);
    expect(play(ask, due('end', 120_000)).state.phase).toBe('late');
  });

  test('is said again through a new socket, which knows nothing of it, and when the server has let go of us', () => {
    expect(play(ask, connected(false)).effects).toContainEqual(ASK);
    expect(play(ask, { type: 'left', now: 40_000 }).effects).toContainEqual(ASK);
    expect(play(ask, connected(false, 120_000)).state.phase).toBe('late');
    expect(play(ask, connected(true)).state.phase).toBe('none');
  });

  test.each(['gone', 'not_in_session', 'banned', 'forbidden'] as const)('ends with %s, and says so', (code) => {
    const { state } = play(ask, refused(code));
    expect(state).toMatchObject({ phase: 'refused', problem: { code } });
    expect(rematchText(state, OVER)).not.toBe(rematchText(NO_REMATCH, OVER));
  });

  test('outlives what passes, and a contest once', () => {
    expect(play(ask, refused('rate_limited', 3))).toMatchObject({ state: { phase: 'asking' }, effects: [{ timer: 'repeat', ms: 3000 }] });
    expect(play(ask, refused('conflict')).state.phase).toBe('asking');
    expect(play(ask, refused('conflict'), due('repeat'), refused('conflict')).state.phase).toBe('refused');
  });
});

describe('taking it back', () => {
  test('leaves, unless leaving the queue has said so', () => {
    expect(play(ask, withdraw)).toMatchObject({ state: { phase: 'withdrawn' } });
    expect(play(ask, withdraw).effects).toContainEqual(LEAVE);
    expect(play(ask, { type: 'withdraw', told: true }).effects).not.toContainEqual(LEAVE);
  });

  test('is said again when the ask was noted after it: the gateway promises no order', () => {
    expect(play(ask, withdraw, { type: 'acknowledged', id: REMATCH_ID }).effects).toContainEqual(LEAVE);
  });

  test('is heeded for a while by what crosses it, and can be thought better of', () => {
    expect(play(ask, withdraw, rematched).state.phase).toBe('withdrawn');
    expect(play(ask, withdraw, due('end')).state.phase).toBe('none');
    // The server may work on the leaving after the new ask.
    expect(play(ask, withdraw, ask, { type: 'left', now: 40_000 }).effects).toContainEqual(ASK);
  });
});

describe('both asked', () => {
  test('tells it until the call has begun and a moment longer, whichever comes first', () => {
    expect(play(ask, rematched).state.phase).toBe('met');
    expect(play(ask, rematched, { type: 'begun' }).state.phase).toBe('together');
    expect(play(ask, { type: 'begun' }, { type: 'rematched', inCall: true }).state.phase).toBe('together');
    expect(play(ask, rematched, { type: 'begun' }, due('end')).state.phase).toBe('none');
    expect(play(ask, { type: 'begun' }).state.phase).toBe('none');
  });

  test('asks where we are when the call does not follow, and gives up', () => {
    const late = play(ask, rematched, due('end'));
    expect(late.effects).toContainEqual({ type: 'send', frame: { action: 'hello', data: {} } });
    expect(reduceRematch(late.state, connected(true)).state.phase).toBe('together');
    expect(reduceRematch(late.state, connected(false)).state.phase).toBe('refused');
    expect(reduceRematch(late.state, due('end')).state.phase).toBe('refused');
  });
});
