import { describe, expect, test } from 'vitest';

import { isOn, NO_PUSH, reducePush, type Errand, type Permission, type PushEffect, type PushEvent, type PushState } from './machine';

const able = { support: 'yes', permission: 'granted' } as const;
const belong = (some: object = {}): PushEvent => ({ type: 'belong', userId: 'u1', ...able, ...some });
const on: PushEvent = { type: 'switch', on: true };

function play(...events: readonly PushEvent[]): { state: PushState; effects: readonly PushEffect[] } {
  return events.reduce<{ state: PushState; effects: readonly PushEffect[] }>(({ state }, event) => reducePush(state, event), {
    state: NO_PUSH,
    effects: [],
  });
}

function errandOf(effects: readonly PushEffect[]): Errand {
  const [effect] = effects;
  if (effect === undefined) throw new Error('nothing was to be done');
  return effect.errand;
}

describe('at the start', () => {
  test('is off, and tells the server again where it was switched on', () => {
    expect(play(belong()).state.phase).toBe('off');
    const again = play(belong({ for: 'u1' }));
    expect(again.state.phase).toBe('on');
    expect(again.effects).toEqual([{ type: 'run', errand: { task: 'renew', userId: 'u1' } }]);
    expect(reducePush(again.state, belong({ for: 'u1' })).effects).toEqual([]);
  });

  test('knows what the browser cannot or may not', () => {
    expect(play(belong({ support: 'home-screen' })).state).toMatchObject({ phase: 'unsupported', why: 'home-screen' });
    expect(play(belong({ permission: 'denied', for: 'u1' })).state.phase).toBe('denied');
    expect(play(belong({ permission: 'default', for: 'u1' })).state.phase).toBe('off');
  });

  test('takes away what was switched on for somebody else', () => {
    expect(play(belong({ for: 'u0' }))).toMatchObject({ state: { phase: 'off' }, effects: [{ errand: { task: 'drop', userId: 'u0' } }] });
  });
});

describe('switching on', () => {
  test.each<[Permission, PushState['phase']]>([['granted', 'on'], ['denied', 'denied'], ['default', 'off']])('with the permission %s is %s', (permission, phase) => {
    const working = play(belong(), on);
    expect([working.state.phase, isOn(working.state)]).toEqual(['working', true]);
    expect(reducePush(working.state, { type: 'done', errand: errandOf(working.effects), permission }).state.phase).toBe(phase);
  });

  test('that fails is off, with the reason', () => {
    const { state, effects } = play(belong(), on);
    expect(reducePush(state, { type: 'failed', errand: errandOf(effects), trouble: { from: 'browser' } }).state).toMatchObject({ phase: 'off', trouble: { from: 'browser' } });
  });

  test('does not outlive who wanted it', () => {
    const { state, effects } = play(belong(), on);
    const gone = reducePush(state, { type: 'part' });
    expect(gone).toMatchObject({ state: { phase: 'none' }, effects: [{ errand: { task: 'drop' } }] });
    expect(reducePush(gone.state, { type: 'done', errand: errandOf(effects), permission: 'granted' }).state.phase).toBe('none');
  });
});

test('what the server could not be told again stands; what the browser has lost does not', () => {
  const { state, effects } = play(belong({ for: 'u1' }));
  const errand = errandOf(effects);
  expect(reducePush(state, { type: 'failed', errand, trouble: { from: 'server', problem: { code: 'offline', message: '' } } }).state.phase).toBe('on');
  expect(reducePush(state, { type: 'failed', errand, trouble: { from: 'browser' } }).state.phase).toBe('off');
  expect(reducePush(state, { type: 'changed' }).effects).toMatchObject([{ errand: { task: 'renew' } }]);
});

test('a permission that was given or taken in the settings is seen', () => {
  const denied = play(belong({ permission: 'denied' })).state;
  expect(reducePush(denied, { type: 'look', ...able }).state.phase).toBe('off');
  const stands = play(belong({ for: 'u1' })).state;
  expect(reducePush(stands, { type: 'look', ...able, permission: 'denied' }).state.phase).toBe('denied');
  expect(reducePush(stands, { type: 'look', ...able }).state).toBe(stands);
});

test('who is not let in any more is rung here no more', () => {
  expect(play({ type: 'part', for: 'u1' })).toEqual({ state: NO_PUSH, effects: [{ type: 'run', errand: { task: 'drop', userId: 'u1' } }] });
  expect(play({ type: 'part' }).effects).toEqual([]);
});

test('a guest in another tab leaves it alone', () => {
  expect(play(belong({ for: 'u1' }), { type: 'forget' })).toEqual({ state: NO_PUSH, effects: [] });
});
