import type { BrowserContext } from '@playwright/test';

/** What somebody in the middle changes on its way to one page. */
export interface Tampering {
  /** The fingerprint of their own certificate, which they put into every description. */
  readonly sha256: string;
  /** Whether they announce it as well, as only who holds our own server could. */
  readonly announces: boolean;
}

/** Nobody has this certificate: 32 times the same byte. */
export function forged(byte: string): string {
  return Array.from({ length: 32 }, () => byte).join(':');
}

/** Closes KVS, so that our own socket carries the signaling, and stands in the middle of that. */
export async function tamper(context: BrowserContext, { sha256, announces }: Tampering): Promise<{ readonly swapped: string[] }> {
  const swapped: string[] = [];
  const swap = (frame: string): string => {
    const { event, data } = JSON.parse(frame) as { readonly event: string; readonly data: { readonly data?: { readonly sdp?: string } } };
    const described = (event === 'offer' || event === 'answer') && data.data?.sdp?.includes('a=fingerprint:') === true;
    if (!described && !(announces && event === 'fingerprint')) return frame;
    swapped.push(event);
    return frame.replaceAll(/(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/giu, sha256);
  };
  await context.routeWebSocket((url) => url.searchParams.has('X-Amz-Signature'), (socket) => socket.close({ code: 1011 }));
  await context.routeWebSocket('**/ws', (page) => {
    const server = page.connectToServer();
    server.onMessage((message) => page.send(swap(String(message))));
  });
  return { swapped };
}

/** Counts what a page's connections take from the other side. */
export async function watchDescriptions(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.described = 0;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        window.described = (window.described ?? 0) + 1;
        return super.setRemoteDescription(description);
      }
    };
  });
}

declare global {
  interface Window {
    /** How many descriptions of others were taken. */
    described?: number;
  }
}
