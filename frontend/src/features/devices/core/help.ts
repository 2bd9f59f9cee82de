import type { DeviceStatus } from '../machine';

import type { ModeName } from '@/protocol/messages';

/** What stands in the way of a device, and the way around it. */
export interface DeviceHelp {
  readonly title: string;
  readonly steps: readonly string[];
  /** Modes that work in spite of it, best first. */
  readonly instead: readonly ModeName[];
  /** Whether asking again can help. */
  readonly retry: boolean;
}

export interface DeviceView {
  readonly secure: boolean;
  readonly camera: DeviceStatus;
  readonly microphone: DeviceStatus;
}

/** Nothing when all that the mode needs is there or on its way. */
export function deviceHelp(mode: ModeName, devices: DeviceView): DeviceHelp | undefined {
  if (mode === 'text') return undefined;
  if (!devices.secure) return INSECURE;
  const microphone = trouble(devices.microphone);
  const camera = mode === 'video' ? trouble(devices.camera) : undefined;
  if (camera !== undefined) return cameraHelp(camera, microphone === undefined);
  if (microphone !== undefined) return MICROPHONE_HELP[microphone];
  return undefined;
}

type Trouble = 'denied' | 'missing' | 'busy' | 'failed';

function trouble(status: DeviceStatus): Trouble | undefined {
  switch (status) {
    case 'off':
    case 'asking':
    case 'on':
      return undefined;
    case 'denied':
    case 'missing':
    case 'busy':
    case 'failed':
      return status;
    default:
      return status satisfies never;
  }
}

function cameraHelp(camera: Trouble, hasMicrophone: boolean): DeviceHelp {
  return { ...CAMERA_HELP[camera], instead: hasMicrophone ? ['audio', 'text'] : ['text'] };
}

const INSECURE: DeviceHelp = {
  title: 'This address is not secure',
  steps: ['Browsers share a camera and microphone only over https.', 'Open Speed Connect over https, or join with text.'],
  instead: ['text'],
  retry: false,
};

const CAMERA_HELP: Readonly<Record<Trouble, Omit<DeviceHelp, 'instead'>>> = {
  denied: {
    title: 'Your camera is blocked',
    steps: [
      'Open the site settings beside the address and allow the camera and microphone.',
      'Check that your system lets this browser use the camera.',
    ],
    retry: true,
  },
  missing: {
    title: 'No camera found',
    steps: ['Plug one in and try again, or join without it.'],
    retry: true,
  },
  busy: {
    title: 'Your camera is in use',
    steps: ['Another app or tab holds it. Close that one, then try again.'],
    retry: true,
  },
  failed: {
    title: 'Your camera did not start',
    steps: ['Try again, or choose another camera.'],
    retry: true,
  },
};

const MICROPHONE_HELP: Readonly<Record<Trouble, DeviceHelp>> = {
  denied: {
    title: 'Your microphone is blocked',
    steps: ['Open the site settings beside the address and allow the microphone.'],
    instead: ['text'],
    retry: true,
  },
  missing: {
    title: 'No microphone found',
    steps: ['Plug one in and try again, or join with text.'],
    instead: ['text'],
    retry: true,
  },
  busy: {
    title: 'Your microphone is in use',
    steps: ['Another app holds it. Close that one, then try again.'],
    instead: ['text'],
    retry: true,
  },
  failed: {
    title: 'Your microphone did not start',
    steps: ['Try again, or choose another microphone.'],
    instead: ['text'],
    retry: true,
  },
};
