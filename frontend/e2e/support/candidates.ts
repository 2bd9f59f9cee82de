import type { BrowserContext, Page } from '@playwright/test';

/** What a browser has shown of where somebody is, at any moment of a call. */
export interface Candidates {
  /** `<side> <type> <port>` of every candidate in any answer of `getStats`. */
  readonly inStats: Set<string>;
  /** Every candidate line that signaling has carried in either direction, whoever carried it. */
  readonly signalled: Set<string>;
  /** Every address that a session description names as the one to be called at. */
  readonly named: Set<string>;
}

/** Watches every peer connection and every socket of a context from the first moment. */
export async function watchCandidates(context: BrowserContext): Promise<Candidates> {
  const seen: Candidates = { inStats: new Set(), signalled: new Set(), named: new Set() };
  await context.exposeFunction('reportCandidate', (what: string) => seen.inStats.add(what));
  await context.addInitScript(() => {
    const report = (window as unknown as { reportCandidate: (what: string) => void }).reportCandidate;
    const look = async (peer: RTCPeerConnection): Promise<void> => {
      (await peer.getStats()).forEach(({ type, candidateType, port }: { type: string; candidateType?: string; port?: number }) => {
        if (type === 'local-candidate' || type === 'remote-candidate') report(`${type} ${candidateType ?? 'unknown'} ${port ?? '?'}`);
      });
    };
    const before = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends before {
      constructor(config?: RTCConfiguration) {
        super(config);
        const timer = setInterval(() => void look(this), 100);
        this.addEventListener('icecandidate', () => void look(this));
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'closed') clearInterval(timer);
        });
      }
    };
  });
  context.on('page', (page) => watchSockets(page, seen));
  return seen;
}

function watchSockets(page: Page, { signalled, named }: Candidates): void {
  const read = ({ payload }: { readonly payload: string | Buffer }): void => {
    const text = opened(String(payload));
    for (const [line] of text.matchAll(/candidate:\S+ \d \S+ \d+ \S+ \d+ typ \w+[^"\\]*/gu)) signalled.add(line);
    for (const [, address = ''] of text.matchAll(/c=IN IP[46] ([^\\\s"]+)/gu)) named.add(address);
  };
  page.on('websocket', (socket) => {
    socket.on('framesent', read);
    socket.on('framereceived', read);
  });
}

/** KVS wraps what it carries in base64. */
function opened(frame: string): string {
  const [, wrapped] = /"messagePayload":\s*"([^"]+)"/u.exec(frame) ?? [];
  return wrapped === undefined ? frame : Buffer.from(wrapped, 'base64').toString('utf8');
}
