import { useMemo } from 'react';

import type { Devices } from './devices';

import { useRunner } from '@/lib/use-runner';

/** The devices' state with the own picture, anew whenever its track changes. */
export function useDevices(devices: Devices) {
  const state = useRunner(devices);
  const { camera, microphone } = devices.tracks();
  const stream = useMemo(() => (camera === undefined ? undefined : new MediaStream([camera])), [camera]);
  return {
    state,
    stream,
    microphone,
    mute: (muted: boolean) => devices.send({ type: 'mute', muted }),
    switchCamera: (off: boolean) => devices.send({ type: 'camera-off', off }),
    choose: (kind: 'camera' | 'microphone', id: string) => devices.send({ type: 'choose', kind, id }),
    retry: (camera: boolean, microphone: boolean) => devices.send({ type: 'need', camera, microphone }),
  };
}
