import { step, type Step } from '@/lib/machine';
import type { ModeName } from '@/protocol/messages';

export type DeviceKind = 'camera' | 'microphone';

/**
 * `off` nobody asked for it; `asking` the browser asks the person; `on` it runs; `denied` the person or the
 * system refused; `missing` there is none; `busy` another program holds it; `failed` anything else.
 */
export type DeviceStatus = 'off' | 'asking' | 'on' | 'denied' | 'missing' | 'busy' | 'failed';

export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

export interface DevicesState {
  /** Browsers give no device to a page that came over plain HTTP from another machine. */
  readonly secure: boolean;
  readonly camera: DeviceStatus;
  readonly microphone: DeviceStatus;
  readonly cameras: readonly DeviceChoice[];
  readonly microphones: readonly DeviceChoice[];
  readonly cameraId?: string;
  readonly microphoneId?: string;
  readonly muted: boolean;
  /** The camera is switched off in the call; its light is out. */
  readonly cameraOff: boolean;
  /** Counts openings, so that an answer to an older one changes nothing. */
  readonly request: number;
  /** Counts changes of the running tracks, which live outside the state. */
  readonly tracks: number;
}

export type DevicesEvent =
  | { readonly type: 'need'; readonly camera: boolean; readonly microphone: boolean }
  | { readonly type: 'opened'; readonly request: number; readonly outcome: Outcome }
  | { readonly type: 'listed'; readonly cameras: readonly DeviceChoice[]; readonly microphones: readonly DeviceChoice[] }
  | { readonly type: 'choose'; readonly kind: DeviceKind; readonly id: string }
  /** The device was unplugged, or the system took it away. */
  | { readonly type: 'ended'; readonly kind: DeviceKind }
  | { readonly type: 'mute'; readonly muted: boolean }
  | { readonly type: 'camera-off'; readonly off: boolean };

/** What came of an opening, for each device that was asked for. */
export type Outcome = Partial<Readonly<Record<DeviceKind, Exclude<DeviceStatus, 'off' | 'asking'>>>>;

export type DevicesEffect =
  | { readonly type: 'open'; readonly request: number; readonly camera?: Pick; readonly microphone?: Pick }
  | { readonly type: 'close'; readonly kind: DeviceKind }
  | { readonly type: 'list' }
  | { readonly type: 'hush'; readonly muted: boolean };

/** A device by id, or whichever the browser prefers. */
export interface Pick {
  readonly id?: string;
}

/** The devices that a mode uses. */
export function needs(mode: ModeName): { readonly camera: boolean; readonly microphone: boolean } {
  return { camera: mode === 'video', microphone: mode !== 'text' };
}

type DevicesStep = Step<DevicesState, DevicesEffect>;

export interface Remembered {
  readonly secure: boolean;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  readonly cameraId?: string;
  readonly microphoneId?: string;
}

export function devicesOff(remembered: Remembered): DevicesState {
  const nothing = { cameras: [], microphones: [], request: 0, tracks: 0 } as const;
  return { ...remembered, ...nothing, camera: 'off', microphone: 'off' };
}

export function reduceDevices(state: DevicesState, event: DevicesEvent): DevicesStep {
  switch (event.type) {
    case 'need':
      return need(state, event.camera && !state.cameraOff, event.microphone);
    case 'opened':
      return event.request === state.request ? opened(state, event.outcome) : step(state);
    case 'listed':
      return step({ ...state, cameras: event.cameras, microphones: event.microphones });
    case 'choose':
      return choose(state, event.kind, event.id);
    case 'ended':
      return ended(state, event.kind);
    case 'mute':
      return step({ ...state, muted: event.muted }, { type: 'hush', muted: event.muted });
    case 'camera-off':
      return cameraOff(state, event.off);
    default:
      return event satisfies never;
  }
}

/** Opens what is needed and not open, closes what is open and not needed. */
function need(state: DevicesState, camera: boolean, microphone: boolean): DevicesStep {
  const closings: DevicesEffect[] = [];
  let next = state;
  if (!camera && state.camera !== 'off') {
    closings.push({ type: 'close', kind: 'camera' });
    next = { ...next, camera: 'off', tracks: next.tracks + 1 };
  }
  if (!microphone && state.microphone !== 'off') {
    closings.push({ type: 'close', kind: 'microphone' });
    next = { ...next, microphone: 'off', tracks: next.tracks + 1 };
  }
  const opening = ask(next, camera && idle(next.camera), microphone && idle(next.microphone));
  return step(opening.state, ...closings, ...opening.effects);
}

function idle(status: DeviceStatus): boolean {
  return status !== 'on' && status !== 'asking';
}

function ask(state: DevicesState, camera: boolean, microphone: boolean): DevicesStep {
  if (!camera && !microphone) return step(state);
  if (!state.secure) return step({ ...state, ...(camera && FAILED_CAMERA), ...(microphone && FAILED_MICROPHONE) });
  const request = state.request + 1;
  // An opening that is still under way is superseded, so what it asked for is asked for again.
  const withCamera = camera || state.camera === 'asking';
  const withMicrophone = microphone || state.microphone === 'asking';
  return step(
    {
      ...state,
      request,
      camera: withCamera ? 'asking' : state.camera,
      microphone: withMicrophone ? 'asking' : state.microphone,
    },
    {
      type: 'open',
      request,
      ...(withCamera && { camera: pick(state.cameraId) }),
      ...(withMicrophone && { microphone: pick(state.microphoneId) }),
    },
  );
}

const FAILED_CAMERA = { camera: 'failed' } as const;
const FAILED_MICROPHONE = { microphone: 'failed' } as const;

function opened(state: DevicesState, outcome: Outcome): DevicesStep {
  const next = { ...state, ...outcome, tracks: state.tracks + 1 };
  return step(next, { type: 'hush', muted: state.muted }, { type: 'list' });
}

function choose(state: DevicesState, kind: DeviceKind, id: string): DevicesStep {
  if (kind === 'camera') {
    const chosen = { ...state, cameraId: id };
    return state.camera === 'off' ? step(chosen) : ask(chosen, true, false);
  }
  const chosen = { ...state, microphoneId: id };
  return state.microphone === 'off' ? step(chosen) : ask(chosen, false, true);
}

function ended(state: DevicesState, kind: DeviceKind): DevicesStep {
  if (state[kind] !== 'on') return step(state);
  const next: DevicesState = kind === 'camera' ? { ...state, camera: 'missing' } : { ...state, microphone: 'missing' };
  return step({ ...next, tracks: state.tracks + 1 }, { type: 'close', kind }, { type: 'list' });
}

function cameraOff(state: DevicesState, off: boolean): DevicesStep {
  if (off === state.cameraOff) return step(state);
  if (!off) return ask({ ...state, cameraOff: false }, idle(state.camera), false);
  return step({ ...state, cameraOff: true, camera: 'off', tracks: state.tracks + 1 }, { type: 'close', kind: 'camera' });
}

function pick(id: string | undefined): Pick {
  return id === undefined ? {} : { id };
}
