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

/** What is read stands still: few pictures, each as sharp as its bits allow. */
export const SCREEN_FRAMES = 5;
/**
 * For encoders: text and lines, of which no downscaling or quantization may leave what cannot be read, rather than smooth playback
 * (W3C mst-content-hint, `detail`).
 */
export const SCREEN_HINT = 'detail';

/** What of a screen is sent to each of the others: every line (`scaleResolutionDownBy` of 1), as by who speaks. */
export function screenSendingOf({ speakerKbps }: Share): Sending {
  return { maxBitrate: speakerKbps * 1000, scaleResolutionDownBy: 1, maxFramerate: SCREEN_FRAMES };
}
