import {
  devicesOff,
  reduceDevices,
  type DeviceKind,
  type DevicesEffect,
  type DevicesEvent,
  type DevicesState,
  type Outcome,
  type Remembered,
} from './machine';
import { choices, openDevices, type Media, type Opened } from './media';

import { runMachine, type Runner } from '@/lib/machine';

export type Tracks = Readonly<Partial<Record<DeviceKind, MediaStreamTrack>>>;

export interface Devices extends Runner<DevicesState, DevicesEvent> {
  /** The running tracks; they change whenever `state.tracks` does. */
  readonly tracks: () => Tracks;
}

export function createDevices(media: Media, remembered: Omit<Remembered, 'secure'>): Devices {
  let tracks: Tracks = {};

  const close = (kind: DeviceKind): void => {
    const { [kind]: closing, ...rest } = tracks;
    closing?.stop();
    tracks = rest;
  };

  /** Keeps the tracks that are still asked for; others must not stay on unseen. */
  const install = (request: number, opened: Opened): Outcome => {
    const state = runner.get();
    const wanted = (kind: DeviceKind): boolean => state.request === request && state[kind] === 'asking';
    for (const [kind, track] of entries(opened.tracks)) {
      if (!wanted(kind)) {
        track.stop();
        continue;
      }
      close(kind);
      tracks = { ...tracks, [kind]: track };
      track.addEventListener('ended', () => {
        if (tracks[kind] === track) runner.send({ type: 'ended', kind });
      });
    }
    const { camera, microphone } = opened.outcome;
    return {
      ...(camera && wanted('camera') && { camera }),
      ...(microphone && wanted('microphone') && { microphone }),
    };
  };

  const perform = (effect: DevicesEffect, send: (event: DevicesEvent) => void): void => {
    switch (effect.type) {
      case 'open':
        void openDevices(media, effect.camera, effect.microphone).then((opened) => {
          send({ type: 'opened', request: effect.request, outcome: install(effect.request, opened) });
        });
        return;
      case 'close':
        return close(effect.kind);
      case 'hush':
        if (tracks.microphone) tracks.microphone.enabled = !effect.muted;
        return;
      case 'list':
        void media.list().then((devices) => {
          send({ type: 'listed', cameras: choices(devices, 'videoinput'), microphones: choices(devices, 'audioinput') });
        });
        return;
      default:
        effect satisfies never;
    }
  };

  const runner = runMachine(devicesOff({ ...remembered, secure: media.secure }), reduceDevices, perform);
  if (media.secure) media.onChange(() => perform({ type: 'list' }, runner.send));
  return { ...runner, tracks: () => tracks };
}

function entries(tracks: Tracks): readonly (readonly [DeviceKind, MediaStreamTrack])[] {
  const { camera, microphone } = tracks;
  return [
    ...(camera ? [['camera', camera] as const] : []),
    ...(microphone ? [['microphone', microphone] as const] : []),
  ];
}
