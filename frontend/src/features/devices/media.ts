import type { DeviceChoice, DeviceKind, DeviceStatus, Outcome, Pick } from './machine';

/** The browser's devices, as far as this page needs them. Tests bring their own. */
export interface Media {
  readonly secure: boolean;
  readonly open: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  readonly list: () => Promise<readonly MediaDeviceInfo[]>;
  readonly onChange: (listener: () => void) => void;
}

export const browserMedia: Media = {
  // The type promises `mediaDevices` always, but an insecure page has none.
  secure: typeof navigator !== 'undefined' && (navigator.mediaDevices as MediaDevices | undefined) !== undefined,
  open: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
  list: () => navigator.mediaDevices.enumerateDevices(),
  onChange: (listener) => navigator.mediaDevices.addEventListener('devicechange', listener),
};

export interface Opened {
  readonly tracks: Partial<Record<DeviceKind, MediaStreamTrack>>;
  readonly outcome: Outcome;
}

/**
 * Opens what is asked for with one question to the person. When that fails, each device is tried alone, so that
 * a missing camera does not take the microphone away.
 */
export async function openDevices(media: Media, camera: Pick | undefined, microphone: Pick | undefined): Promise<Opened> {
  try {
    return sorted(await media.open(constraints(camera, microphone)), camera, microphone);
  } catch (error) {
    if (camera === undefined || microphone === undefined || isRefusal(error)) return retryFreely(media, camera, microphone, error);
    const [video, audio] = [await openDevices(media, camera, undefined), await openDevices(media, undefined, microphone)];
    return { tracks: { ...video.tracks, ...audio.tracks }, outcome: { ...video.outcome, ...audio.outcome } };
  }
}

/** A remembered device may be gone: then any other will do. */
async function retryFreely(media: Media, camera: Pick | undefined, microphone: Pick | undefined, error: unknown): Promise<Opened> {
  const particular = camera?.id !== undefined || microphone?.id !== undefined;
  if (particular && statusOf(error) === 'missing') return openDevices(media, camera && {}, microphone && {});
  const status = statusOf(error);
  return { tracks: {}, outcome: { ...(camera && { camera: status }), ...(microphone && { microphone: status }) } };
}

function sorted(stream: MediaStream, camera: Pick | undefined, microphone: Pick | undefined): Opened {
  const [video, audio] = [stream.getVideoTracks()[0], stream.getAudioTracks()[0]];
  return {
    tracks: { ...(video && { camera: video }), ...(audio && { microphone: audio }) },
    outcome: {
      ...(camera && { camera: video === undefined ? 'missing' : 'on' }),
      ...(microphone && { microphone: audio === undefined ? 'missing' : 'on' }),
    },
  };
}

/** Ideal, never exact sizes: a phone that cannot give them gives what it has. */
function constraints(camera: Pick | undefined, microphone: Pick | undefined): MediaStreamConstraints {
  return {
    video:
      camera === undefined
        ? false
        : {
            width: { ideal: 1280 },
            height: { ideal: 720 },
            frameRate: { ideal: 30, max: 30 },
            ...(camera.id === undefined ? { facingMode: 'user' } : { deviceId: { exact: camera.id } }),
          },
    audio:
      microphone === undefined
        ? false
        : {
            echoCancellation: true,
            noiseSuppression: true,
            autoGainControl: true,
            ...(microphone.id !== undefined && { deviceId: { exact: microphone.id } }),
          },
  };
}

function isRefusal(error: unknown): boolean {
  return statusOf(error) === 'denied';
}

/** The names of the Media Capture and Streams specification, section 10.3.1. */
function statusOf(error: unknown): Exclude<DeviceStatus, 'off' | 'asking' | 'on'> {
  switch (typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** Before permission the browser hides ids and labels; such entries are no choice. */
export function choices(devices: readonly MediaDeviceInfo[], kind: MediaDeviceKind): readonly DeviceChoice[] {
  return devices
    .filter((device) => device.kind === kind && device.deviceId !== '')
    .map(({ deviceId, label }, index) => ({ id: deviceId, label: label === '' ? `Device ${index + 1}` : label }));
}
