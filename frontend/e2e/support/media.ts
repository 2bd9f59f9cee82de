import { expect, type BrowserContext, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** The page's peer connections, oldest first. */
    peers?: RTCPeerConnection[];
    /** How long after its peer connection was made the page decoded the first picture. */
    firstFrameMs?: number;
  }
}

/** Lets a test read the page's peer connections, and force all media through TURN. */
export async function watchPeers(context: BrowserContext, forceRelay = false): Promise<void> {
  await context.addInitScript((forced) => {
    const peers: RTCPeerConnection[] = [];
    window.peers = peers;
    const relayed = (config: RTCConfiguration = {}): RTCConfiguration =>
      forced ? { ...config, iceTransportPolicy: 'relay' } : config;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(relayed(config));
        peers.push(this);
      }

      override setConfiguration(config?: RTCConfiguration): void {
        super.setConfiguration(relayed(config));
      }
    };
  }, forceRelay);
}

const LOOK_EVERY_MS = 20;

/** Lets a test read when the page decoded the first picture, to 20 ms. */
export async function watchFirstFrame(context: BrowserContext): Promise<void> {
  await context.addInitScript((every) => {
    const watch = (peer: RTCPeerConnection, madeAt: number): void => {
      const timer = setInterval(() => {
        void peer.getStats().then((report) => {
          report.forEach((entry: Record<string, unknown>) => {
            if (entry['kind'] === 'video' && Number(entry['framesDecoded'] ?? 0) > 0) window.firstFrameMs ??= performance.now() - madeAt;
          });
        });
        if (window.firstFrameMs !== undefined) clearInterval(timer);
      }, every);
    };
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config);
        watch(this, performance.now());
      }
    };
  }, LOOK_EVERY_MS);
}

export interface MediaReading {
  readonly framesDecoded: number;
  readonly audioSamples: number;
  readonly audioEnergy: number;
  readonly localCandidate: string;
}

/** What the newest connected peer connection has received so far. */
export async function readMedia(page: Page): Promise<MediaReading> {
  return page.evaluate(async () => {
    const reading = { framesDecoded: 0, audioSamples: 0, audioEnergy: 0, localCandidate: 'none' };
    const peer = (window.peers ?? []).filter(({ connectionState }) => connectionState === 'connected').at(-1);
    const report = await peer?.getStats();
    const entries = new Map<string, Record<string, unknown>>();
    report?.forEach((entry: Record<string, unknown>) => entries.set(String(entry['id']), entry));
    for (const entry of entries.values()) {
      if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'video') reading.framesDecoded += Number(entry['framesDecoded'] ?? 0);
      if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'audio') {
        reading.audioSamples += Number(entry['totalSamplesReceived'] ?? 0);
        reading.audioEnergy += Number(entry['totalAudioEnergy'] ?? 0);
      }
      if (entry['type'] !== 'transport') continue;
      const pair = entries.get(String(entry['selectedCandidatePairId']));
      const local = entries.get(String(pair?.['localCandidateId']));
      if (local !== undefined) reading.localCandidate = String(local['candidateType']);
    }
    return reading;
  });
}

/** Pictures and sound go on arriving. */
export async function expectMediaToFlow(page: Page): Promise<void> {
  await expect(async () => {
    const before = await readMedia(page);
    await page.waitForTimeout(1500);
    const after = await readMedia(page);
    expect(after.framesDecoded).toBeGreaterThan(before.framesDecoded + 5);
    expect(after.audioSamples).toBeGreaterThan(before.audioSamples + 20_000);
    expect(after.audioEnergy).toBeGreaterThan(0);
  }).toPass({ timeout: 20_000 });
}

/** How many of the page's peer connections are still open. */
export async function openPeers(page: Page): Promise<number> {
  return page.evaluate(() => (window.peers ?? []).filter(({ signalingState }) => signalingState !== 'closed').length);
}
