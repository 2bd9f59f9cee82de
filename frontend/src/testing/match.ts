import type { Matched } from '@/protocol/messages';

/** SHA-256 fingerprints as they look on the wire: one byte, 32 times. */
export const OURS = Array.from({ length: 32 }, () => '0A').join(':');
export const THEIRS = Array.from({ length: 32 }, () => '0B').join(':');
export const STRANGER = Array.from({ length: 32 }, () => '0C').join(':');

/** A description that promises the given certificate. */
export function sdp(fingerprint: string, mark = ''): string {
  return `v=0\r\ns=${mark}\r\na=fingerprint:sha-256 ${fingerprint}\r\n`;
}

export function matchOf(role: 'offerer' | 'answerer', transport: 'kvs' | 'relay', some: Partial<Matched> = {}): Matched {
  const kvs = {
    transport: 'kvs',
    channelArn: 'arn:channel',
    region: 'us-east-1',
    channelEndpoint: 'wss://kvs.test',
    url: 'wss://kvs.test/?signed',
    expiresIn: 299,
  } as const;
  return {
    sessionId: 's1',
    ownPeerId: 'p0',
    kind: 'stranger',
    peer: { peerId: 'p1', nickname: 'Bea', commonTags: ['music'] },
    role,
    epoch: 1,
    startedAt: 1_000_000,
    endsAt: 1_300_000,
    nextAt: 1_002_000,
    extensionsLeft: 3,
    iceServers: [],
    iceTransportPolicy: 'all',
    signaling:
      transport === 'relay'
        ? { transport: 'relay' }
        : role === 'offerer'
          ? { ...kvs, role: 'VIEWER', clientId: 'v' }
          : { ...kvs, role: 'MASTER', peerClientId: 'v' },
    ...some,
  };
}
