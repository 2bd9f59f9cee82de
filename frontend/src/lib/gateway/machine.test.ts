import { describe, expect, test } from 'vitest';

import { GATEWAY_CLOSED, PULSE_MS, RENEWAL_MS, reduceGateway, type GatewayEffect, type GatewayEvent, type GatewayState } from './machine';

import { chanceOf, oneOf } from '@/testing/chance';

/** Plays events from the closed gateway and answers the last state and what the last event caused. */
function play(...events: readonly GatewayEvent[]): { state: GatewayState; effects: readonly GatewayEffect[] } {
  return events.reduce<{ state: GatewayState; effects: readonly GatewayEffect[] }>(
    ({ state }, event) => reduceGateway(state, event),
    { state: GATEWAY_CLOSED, effects: [] },
  );
}

const OPEN: readonly GatewayEvent[] = [
  { type: 'want' },
  { type: 'ticket', generation: 1, url: '/ws', ticket: 't1' },
  { type: 'opened', generation: 1 },
  { type: 'greeted', generation: 1 },
];

describe('opening', () => {
  test('asks for a ticket, opens with it, and says hello first', () => {
    expect(play({ type: 'want' }).effects).toContainEqual({ type: 'fetch-ticket', generation: 1 });
    expect(play(...OPEN.slice(0, 2)).effects).toEqual([{ type: 'open', generation: 1, url: '/ws', ticket: 't1' }]);
    expect(play(...OPEN.slice(0, 3)).effects).toEqual([{ type: 'hello', generation: 1 }]);
    expect(play(...OPEN).state).toMatchObject({ phase: 'open', greeted: 1, attempt: 0 });
  });

  test('wanting twice opens once', () => {
    expect(play({ type: 'want' }, { type: 'want' }).effects).toEqual([]);
  });

  test('gives up a socket that is not greeted in time', () => {
    const { state, effects } = play(...OPEN.slice(0, 3), { type: 'due', timer: 'deadline', chance: 0.5 });
    expect(state.phase).toBe('pausing');
    expect(effects).toContainEqual({ type: 'drop', generation: 1 });
  });
});

describe('losing the socket', () => {
  test('comes back with full jitter, a new ticket each time, and longer pauses', () => {
    const lost = play(...OPEN, { type: 'lost', generation: 1, chance: 0.5 });
    expect(lost.effects).toContainEqual({ type: 'timer', timer: 'pause', ms: 250 });
    const again = reduceGateway(lost.state, { type: 'due', timer: 'pause', chance: 0 });
    expect(again.effects).toContainEqual({ type: 'fetch-ticket', generation: 2 });
    const refused = reduceGateway(again.state, { type: 'ticket-refused', generation: 2, atLeastMs: 0, chance: 0.5 });
    expect(refused.effects).toContainEqual({ type: 'timer', timer: 'pause', ms: 500 });
  });

  test('waits as long as the server asked', () => {
    const { effects } = play({ type: 'want' }, { type: 'ticket-refused', generation: 1, atLeastMs: 9000, chance: 0.1 });
    expect(effects).toContainEqual({ type: 'timer', timer: 'pause', ms: 9000 });
  });

  test('stays closed when nobody needs it', () => {
    const { state } = play(...OPEN, { type: 'rest' }, { type: 'lost', generation: 1, chance: 0.5 });
    expect(state).toMatchObject({ phase: 'closed', greeted: undefined });
  });

  test('does not sit out the pause when the network comes back', () => {
    const { effects } = play(...OPEN, { type: 'lost', generation: 1, chance: 0.9 }, { type: 'wake' });
    expect(effects).toContainEqual({ type: 'fetch-ticket', generation: 2 });
  });
});

describe('the pulse', () => {
  test.each(['lively', 'calm'] as const)('beats as the state demands when it is %s', (pulse) => {
    const { effects } = play(...OPEN, { type: 'pulse', pulse: pulse === 'calm' ? 'lively' : 'calm' }, { type: 'pulse', pulse });
    expect(effects).toEqual([{ type: 'timer', timer: 'beat', ms: PULSE_MS[pulse] }]);
  });

  test('is put off by the warning of the end alone, and only where it does not show that somebody still waits', () => {
    const warned = { type: 'warned', generation: 1 } as const;
    const calm = play(...OPEN, { type: 'pulse', pulse: 'lively' }, { type: 'pulse', pulse: 'calm' });
    expect(reduceGateway(calm.state, warned).effects).toEqual([{ type: 'timer', timer: 'beat', ms: PULSE_MS.calm }]);
    expect(reduceGateway(calm.state, { type: 'heard', generation: 1 }).effects).toEqual([{ type: 'timer-off', timer: 'silence' }]);
    expect(play(...OPEN, { type: 'pulse', pulse: 'lively' }, warned).effects).toEqual([]);
  });

  test('takes silence after a ping for a lost socket', () => {
    const beat = play(...OPEN, { type: 'due', timer: 'beat', chance: 0 });
    expect(beat.effects).toContainEqual({ type: 'ping', generation: 1 });
    const silent = reduceGateway(beat.state, { type: 'due', timer: 'silence', chance: 0.5 });
    expect(silent.state).toMatchObject({ phase: 'pausing', greeted: undefined });
    expect(silent.effects).toContainEqual({ type: 'drop', generation: 1 });
  });
});

describe('a draining server', () => {
  test('is left only when the next socket is greeted', () => {
    const draining = play(...OPEN, { type: 'draining', generation: 1 });
    expect(draining.state).toMatchObject({ phase: 'fetching', generation: 2, greeted: 1 });
    const moved = [
      { type: 'ticket', generation: 2, url: '/ws', ticket: 't2' },
      { type: 'opened', generation: 2 },
      { type: 'superseded', generation: 1 },
      { type: 'greeted', generation: 2 },
    ] satisfies GatewayEvent[];
    const { state, effects } = moved.reduce<ReturnType<typeof play>>((sofar, event) => reduceGateway(sofar.state, event), draining);
    expect(state).toMatchObject({ phase: 'open', greeted: 2, superseded: false });
    expect(effects).toContainEqual({ type: 'drop-older', generation: 2 });
  });
});

describe('a socket that grows old', () => {
  test('is replaced by its own clock, however many calls have put its pings off', () => {
    const open = play(...OPEN);
    expect(open.effects).toContainEqual({ type: 'timer', timer: 'renewal', ms: RENEWAL_MS });
    const calls = Array.from({ length: 10 }, () => ({ type: 'warned', generation: 1 }) as const);
    const old = play(...OPEN, ...calls, { type: 'due', timer: 'renewal', chance: 0 });
    expect(old.state).toMatchObject({ phase: 'fetching', generation: 2, greeted: 1 });
    expect(old.effects).toContainEqual({ type: 'fetch-ticket', generation: 2 });
  });

  test('is nothing to a page that has closed it', () => {
    const closed = play(...OPEN, { type: 'stop' });
    expect(closed.effects).toContainEqual({ type: 'timer-off', timer: 'renewal' });
    expect(reduceGateway(closed.state, { type: 'due', timer: 'renewal', chance: 0 })).toEqual({ state: closed.state, effects: [] });
  });
});

describe('being superseded', () => {
  const gone = play(...OPEN, { type: 'superseded', generation: 1 });

  test('falls silent for good, but stays to hear who rings', () => {
    expect(gone.state).toMatchObject({ phase: 'silent', wanted: false, superseded: true, greeted: undefined });
    expect(gone.effects).not.toContainEqual({ type: 'drop', generation: 1 });
    const beat = reduceGateway(gone.state, { type: 'due', timer: 'beat', chance: 0 });
    expect(beat.effects).toEqual([
      { type: 'ping', generation: 1 },
      { type: 'timer', timer: 'beat', ms: PULSE_MS.calm },
    ]);
    expect(reduceGateway(gone.state, { type: 'wake' }).effects).toEqual([]);
  });

  test('does not fight when its socket is lost', () => {
    const late = reduceGateway(gone.state, { type: 'lost', generation: 1, chance: 0.5 });
    expect(late.state).toMatchObject({ phase: 'closed', superseded: true });
    expect(late.effects).toEqual([{ type: 'timer-off', timer: 'beat' }]);
  });

  test('ends with a new socket when somebody wants it here', () => {
    const back = reduceGateway(gone.state, { type: 'want' });
    expect(back.state).toMatchObject({ phase: 'fetching', generation: 2, superseded: false });
    const events = [
      { type: 'ticket', generation: 2, url: '/ws', ticket: 't2' },
      { type: 'opened', generation: 2 },
      { type: 'greeted', generation: 2 },
    ] satisfies GatewayEvent[];
    const { effects } = events.reduce<ReturnType<typeof play>>((sofar, event) => reduceGateway(sofar.state, event), back);
    expect(effects).toContainEqual({ type: 'drop-older', generation: 2 });
  });
});

test('whatever comes in whatever order, at most the newest socket is open and older ones change nothing', () => {
  const random = chanceOf(42);
  for (let run = 0; run < 300; run += 1) {
    let state = GATEWAY_CLOSED;
    for (let turn = 0; turn < 40; turn += 1) {
      const before = state;
      const event = anyEvent(random, state.generation);
      state = reduceGateway(state, event).state;
      expect(state.generation).toBeGreaterThanOrEqual(before.generation);
      expect(state.greeted ?? 0).toBeLessThanOrEqual(state.generation);
      if (state.phase === 'open') expect(state.greeted === undefined || state.greeted <= state.generation).toBe(true);
      if (state.phase === 'pausing') expect(state.wanted).toBe(true);
    }
  }
});

function anyEvent(random: () => number, newest: number): GatewayEvent {
  const generation = Math.max(1, newest - Math.floor(random() * 2));
  return oneOf<GatewayEvent>(random, [
    { type: 'want' },
    { type: 'rest' },
    { type: 'stop' },
    { type: 'wake' },
    { type: 'pulse', pulse: random() < 0.5 ? 'calm' : 'lively' },
    { type: 'ticket', generation, url: '/ws', ticket: 't' },
    { type: 'ticket-refused', generation, atLeastMs: 0, chance: random() },
    { type: 'opened', generation },
    { type: 'greeted', generation },
    { type: 'heard', generation },
    { type: 'warned', generation },
    { type: 'superseded', generation },
    { type: 'draining', generation },
    { type: 'lost', generation, chance: random() },
    { type: 'due', timer: 'pause', chance: random() },
    { type: 'due', timer: 'beat', chance: random() },
    { type: 'due', timer: 'silence', chance: random() },
    { type: 'due', timer: 'deadline', chance: random() },
    { type: 'due', timer: 'renewal', chance: random() },
  ]);
}
