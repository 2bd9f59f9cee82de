/** Lets the person pick a screen, a window or a tab; what they refuse, and a browser that cannot, fails. */
export async function openScreen(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw new Error('no picture was given');
  return track;
}

/** Whether this browser can: phones mostly cannot. */
export function canShareScreen(): boolean {
  // The type promises `mediaDevices` always, but an insecure page has none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices !== undefined && 'getDisplayMedia' in devices;
}
