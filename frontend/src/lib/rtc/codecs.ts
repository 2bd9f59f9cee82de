/**
 * What we offer, best first. KVS and our relay carry descriptions of at most 10,000 bytes, and a browser's full
 * list does not fit; these are the codecs that every browser has, with what repairs their losses.
 */
const VIDEO = [/^video\/VP8$/u, /^video\/VP9$/u, /^video\/H264$/u, /^video\/rtx$/u];
const AUDIO = [/^audio\/opus$/u, /^audio\/red$/u];
/** Constrained baseline is the one H.264 profile that all have; VP9 profile 0 likewise. */
const FMTP = /profile-level-id=42e01f|profile-id=0|^$/u;

export function limitCodecs(connection: RTCPeerConnection): void {
  for (const transceiver of connection.getTransceivers()) {
    const { kind } = transceiver.receiver.track;
    const all = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    const kept = preferred(all, kind === 'video' ? VIDEO : AUDIO);
    if (kept.length > 0) attempt(() => transceiver.setCodecPreferences(kept));
  }
}

export function preferred<Codec extends { readonly mimeType: string; readonly sdpFmtpLine?: string }>(
  codecs: readonly Codec[],
  wanted: readonly RegExp[],
): Codec[] {
  return wanted.flatMap((mimeType) => codecs.filter((codec) => mimeType.test(codec.mimeType) && fits(codec)));
}

function fits({ mimeType, sdpFmtpLine = '' }: { readonly mimeType: string; readonly sdpFmtpLine?: string }): boolean {
  if (mimeType === 'video/H264') return FMTP.test(sdpFmtpLine) && sdpFmtpLine.includes('packetization-mode=1');
  return mimeType === 'video/VP9' ? FMTP.test(sdpFmtpLine) : true;
}

/** Old browsers cannot be told; their own list is shorter anyway. */
function attempt(set: () => void): void {
  try {
    set();
  } catch {
    // The full list is offered then.
  }
}
