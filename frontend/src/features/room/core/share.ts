import type { Share } from '@/protocol/messages';

/** What a sender of video is told (W3C webrtc, `RTCRtpEncodingParameters`). */
export interface Sending {
  readonly maxBitrate: number;
  readonly scaleResolutionDownBy: number;
  readonly maxFramerate: number;
}

/** What this page sends to each of the others: less while somebody else speaks, never more lines than its share. */
export function sendingOf(share: Share, speaks: boolean, lines: number | undefined): Sending {
  const kbps = speaks ? share.speakerKbps : share.listenerKbps;
  return {
    maxBitrate: kbps * 1000,
    scaleResolutionDownBy: lines === undefined ? 1 : Math.max(1, lines / share.lines),
    maxFramerate: share.frames,
  };
}
