import { describe, expect, test } from 'vitest';

import {
  ACCEPT_ID,
  CALL_ID,
  GRACE_MS,
  NO_RING,
  endsAtOnce,
  reduceRinging,
  type Ring,
  type RingEffect,
  type RingEvent,
  type RingState,
} from './machine';

import type { Problem } from '@/lib/core/problem';
import { chanceOf, oneOf } from '@/testing/chance';

const BEA = { userId: 'bea', nickname: 'Bea', mode: 'video' } as const;
const RING: Ring = { ...BEA, callId: 'c1', expiresAt: 45_000 };
const CALL: RingEvent = { type: 'call', whom: BEA };
const RINGS: RingEvent = { type: 'rings', ring: RING, own: true, now: 0 };
const RUNG: RingEvent = { type: 'rings', ring: RING, own: false, now: 0 };
const GONE = { code: 'gone', message: '' } as const;

const back = (some: Partial<RingEvent & { type: 'connected' }> = {}): RingEvent => ({ type: 'connected', own: false, inCall: false, now: 0, ...some });

function play(...events: readonly RingEvent[]): { readonly state: RingState; readonly effects: readonly RingEffect[] } {
  return events.reduce<{ state: RingState; effects: readonly RingEffect[] }>(({ state }, event) => reduceRinging(state, event), { state: NO_RING, effects: [] });
}

/** The actions of the frames that the last event has sent. */
function said(...events: readonly RingEvent[]): readonly string[] {
  return play(...events).effects.flatMap((effect) => (effect.type === 'send' ? [effect.frame.action] : []));
}

describe('who rings', () => {
  test.each([
    ['busy', [{ type: 'busy' }]],
    ['declined', [RINGS, { type: 'rejected', callId: 'c1' }]],
    ['no-answer', [RINGS, { type: 'timed-out', callId: 'c1' }]],
    ['no-answer', [RINGS, { type: 'due', now: 47_000 }]],
    ['refused', [{ type: 'refused', id: CALL_ID, problem: { code: 'conflict', message: '' } }]],
  ] as const)('hears in the end: %s', (why, events) => {
    expect(play(CALL, ...events).state).toMatchObject({ phase: 'over', why, whom: BEA });
  });

  test('calls off at once, and ends a call that was answered in the same moment', () => {
    expect(said(CALL, RINGS, { type: 'cancel' })).toEqual(['call-cancel']);
    const { state } = play(CALL, RINGS, { type: 'cancel' }, { type: 'answered', callId: 'c1' });
    expect(endsAtOnce(state)).toBe(true);
    expect(reduceRinging(state, { type: 'joined' }).state).toEqual(NO_RING);
  });

  test('who calls off before the server has named the call does so when it is named', () => {
    expect(said(CALL, { type: 'cancel' })).toEqual([]);
    expect(said(CALL, { type: 'cancel' }, RINGS)).toEqual(['call-cancel']);
    expect(play(CALL, { type: 'cancel' }, { type: 'busy' }).state).toEqual(NO_RING);
  });

  test('asks again on a new socket, unless it rings already', () => {
    expect(said(CALL, back())).toEqual(['call-request']);
    expect(said(CALL, back({ ring: RING, own: true }))).toEqual([]);
    expect(said(CALL, RINGS, { type: 'cancel' }, back({ ring: RING, own: true }))).toEqual(['call-cancel']);
  });

  test('rings on after a reload', () => {
    expect(play(back({ ring: RING, own: true })).state).toEqual({ phase: 'calling', ring: RING });
  });

  test('asks for a call that was answered and does not come', () => {
    const answered = [CALL, RINGS, { type: 'answered', callId: 'c1' }] as const;
    expect(said(...answered, { type: 'due', now: 10_000 })).toEqual(['hello']);
    expect(play(...answered, { type: 'due', now: 10_000 }, back({ inCall: true })).state).toEqual(NO_RING);
    expect(play(...answered, { type: 'due', now: 60_000 }).state).toMatchObject({ phase: 'over', why: 'refused' });
  });
});

describe('who is rung', () => {
  test('rings until the server’s time is over', () => {
    const rung = play(RUNG);
    expect(rung.effects).toEqual([{ type: 'timer', ms: 45_000 + GRACE_MS }]);
    expect(play(RUNG, { type: 'due', now: 47_000 }).effects).toContainEqual({ type: 'tell', what: 'missed', whom: RING, by: 'time' });
  });

  test('accepts on this page: it speaks for the person first', () => {
    const { effects } = play(RUNG, { type: 'accept' });
    expect(effects[0]).toEqual({ type: 'connect' });
    expect(said(RUNG, { type: 'accept' }, back({ ring: RING }))).toEqual(['call-accepted']);
    expect(play(RUNG, { type: 'accept' }, { type: 'joined' }).state).toEqual(NO_RING);
  });

  test('hears that it is too late, by whichever way that is learned', () => {
    const tell = { type: 'tell', what: 'gone', whom: RING, by: 'end' };
    expect(play(RUNG, { type: 'accept' }, back()).effects).toContainEqual(tell);
    expect(play(RUNG, { type: 'accept' }, { type: 'cancelled', callId: 'c1' }).effects).toContainEqual(tell);
    expect(play(RUNG, { type: 'accept' }, { type: 'refused', id: ACCEPT_ID, problem: GONE }).effects).toContainEqual(tell);
  });

  test('who declines is not rung anew by the old state, and ends no call that another device has taken', () => {
    expect(said(RUNG, { type: 'decline' })).toEqual(['call-rejected']);
    const declined = play(RUNG, { type: 'decline' });
    expect(reduceRinging(declined.state, RUNG).state).toBe(declined.state);
    expect(endsAtOnce(declined.state)).toBe(false);
    expect(play(RUNG, { type: 'decline' }, { type: 'cancelled', callId: 'c1' }).effects).toEqual([{ type: 'timer-off' }]);
  });

  test('goes on ringing on a page that was superseded, until another device has answered', () => {
    expect(play(RUNG, { type: 'superseded' }).state.phase).toBe('incoming');
    expect(play(RUNG, { type: 'superseded' }, { type: 'cancelled', callId: 'c1' }).state).toEqual(NO_RING);
  });

  test('is not disturbed by what concerns another call', () => {
    expect(play(RUNG, { type: 'cancelled', callId: 'c0' }).state.phase).toBe('incoming');
    expect(play(CALL, RUNG).state.phase).toBe('asking');
  });
});

test('whatever comes in whatever order, what has an end by time has a timer', () => {
  const random = chanceOf(7);
  for (let run = 0; run < 300; run += 1) {
    let state = NO_RING;
    let timer = false;
    for (let turn = 0; turn < 30; turn += 1) {
      const after = reduceRinging(state, anyEvent(random));
      state = after.state;
      for (const { type } of after.effects) if (type === 'timer' || type === 'timer-off') timer = type === 'timer';
      expect(timer).toBe(state.phase !== 'none' && state.phase !== 'over');
    }
  }
});

function anyEvent(random: () => number): RingEvent {
  const callId = oneOf(random, ['c1', 'c2']);
  const ring = { ...RING, callId };
  const problem = oneOf<Problem>(random, [GONE, { code: 'conflict', message: '' }]);
  return oneOf<RingEvent>(random, [
    CALL,
    { type: 'accept' },
    { type: 'decline' },
    { type: 'cancel' },
    { type: 'close' },
    { type: 'rings', ring, own: random() < 0.5, now: 0 },
    { type: 'busy' },
    { type: 'answered', callId },
    { type: 'rejected', callId },
    { type: 'cancelled', callId },
    { type: 'timed-out', callId },
    { type: 'refused', id: oneOf(random, [CALL_ID, ACCEPT_ID, 'ring-drop']), problem },
    back(random() < 0.5 ? { ring, own: random() < 0.5 } : { inCall: random() < 0.5 }),
    { type: 'joined' },
    { type: 'superseded' },
  ]);
}
