import { describe, expect, test } from 'vitest';

import { deviceHelp } from './core/help';
import { devicesOff, reduceDevices, type DevicesEffect, type DevicesEvent, type DevicesState } from './machine';

const OFF = devicesOff({ secure: true, muted: false, cameraOff: false });
const NEED_BOTH: DevicesEvent = { type: 'need', camera: true, microphone: true };

function play(events: readonly DevicesEvent[], from: DevicesState = OFF): { state: DevicesState; effects: readonly DevicesEffect[] } {
  return events.reduce<{ state: DevicesState; effects: readonly DevicesEffect[] }>(({ state }, event) => reduceDevices(state, event), {
    state: from,
    effects: [],
  });
}

const bothOn = play([NEED_BOTH, { type: 'opened', request: 1, outcome: { camera: 'on', microphone: 'on' } }]).state;

describe('needing', () => {
  test('asks for both with one question, and not again while the person thinks', () => {
    expect(play([NEED_BOTH]).effects).toEqual([{ type: 'open', request: 1, camera: {}, microphone: {} }]);
    expect(play([NEED_BOTH, NEED_BOTH]).effects).toEqual([]);
  });

  test('closes what is not needed any more', () => {
    const { state, effects } = play([{ type: 'need', camera: false, microphone: true }], bothOn);
    expect(effects).toEqual([{ type: 'close', kind: 'camera' }]);
    expect(state).toMatchObject({ camera: 'off', microphone: 'on' });
  });

  test('asks for the remembered devices', () => {
    const remembered = devicesOff({ secure: true, muted: true, cameraOff: false, cameraId: 'c2', microphoneId: 'm3' });
    expect(play([NEED_BOTH], remembered).effects).toEqual([
      { type: 'open', request: 1, camera: { id: 'c2' }, microphone: { id: 'm3' } },
    ]);
  });

  test('fails at once on a page that is not secure', () => {
    const { state, effects } = play([NEED_BOTH], devicesOff({ secure: false, muted: false, cameraOff: false }));
    expect(state).toMatchObject({ camera: 'failed', microphone: 'failed' });
    expect(effects).toEqual([]);
  });
});

test('an answer to an older question changes nothing', () => {
  const { state } = play([NEED_BOTH, { type: 'choose', kind: 'camera', id: 'c2' }, { type: 'opened', request: 1, outcome: { camera: 'denied' } }]);
  expect(state.camera).toBe('asking');
});

test('a microphone that opens is as muted as the person wanted it', () => {
  const { effects } = play([{ type: 'mute', muted: true }, NEED_BOTH, { type: 'opened', request: 1, outcome: { microphone: 'on' } }]);
  expect(effects).toContainEqual({ type: 'hush', muted: true });
});

test('the camera that is switched off lets its device go, and asks for it again', () => {
  const off = play([{ type: 'camera-off', off: true }], bothOn);
  expect(off.effects).toEqual([{ type: 'close', kind: 'camera' }]);
  expect(play([{ type: 'camera-off', off: false }], off.state).effects).toEqual([{ type: 'open', request: 2, camera: {} }]);
  expect(play([NEED_BOTH], off.state).effects).toEqual([]);
});

test('a device that is unplugged is missing', () => {
  expect(play([{ type: 'ended', kind: 'camera' }], bothOn).state).toMatchObject({ camera: 'missing', microphone: 'on' });
});

describe('help', () => {
  const view = { secure: true, camera: 'on', microphone: 'on' } as const;

  test.each([
    ['video', view, undefined, []],
    ['video', { ...view, camera: 'asking' }, undefined, []],
    ['video', { ...view, camera: 'missing' }, 'No camera found', ['audio', 'text']],
    ['video', { ...view, camera: 'busy' }, 'Your camera is in use', ['audio', 'text']],
    ['video', { ...view, camera: 'denied', microphone: 'denied' }, 'Your camera is blocked', ['text']],
    ['audio', { ...view, camera: 'denied' }, undefined, []],
    ['audio', { ...view, microphone: 'missing' }, 'No microphone found', ['text']],
    ['video', { ...view, secure: false }, 'This address is not secure', ['text']],
    ['text', { ...view, secure: false, camera: 'denied' }, undefined, []],
  ] as const)('in %s mode with %j says %j', (mode, devices, title, instead) => {
    const help = deviceHelp(mode, devices);
    expect(help?.title).toBe(title);
    expect(help?.instead ?? []).toEqual(instead);
  });
});
