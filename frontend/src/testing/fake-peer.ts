import { sdp } from './match';

import type { CreatePeer, OwnTracks, PeerHandlers, Sending } from '@/lib/rtc/peer';

/** A peer connection without a network: it connects as soon as both descriptions were exchanged. */
export interface FakePeer {
  readonly fingerprint: string;
  readonly done: string[];
  readonly handlers: PeerHandlers;
  tracks: OwnTracks;
  closed: boolean;
  /** How much video is sent at most. */
  sending?: Sending;
}

export interface FakePeers {
  readonly create: CreatePeer;
  readonly certificate: () => Promise<RTCCertificate>;
  readonly made: FakePeer[];
  /** Of every certificate made here. */
  readonly fingerprint: string;
}

/** Statistics of a connection through a TURN server, of which nothing has come yet. */
function relayed(): RTCStatsReport {
  const entries = [
    { id: 'L', type: 'local-candidate', candidateType: 'relay' },
    { id: 'R', type: 'remote-candidate', candidateType: 'host' },
    { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', nominated: true, state: 'succeeded' },
  ];
  return new Map(entries.map((entry) => [entry.id, entry]));
}

/** Every certificate of the peers made here has the given byte. */
export function createFakePeers(byte: string): FakePeers {
  const fingerprint = Array.from({ length: 32 }, () => byte).join(':');
  const made: FakePeer[] = [];
  const create: CreatePeer = (_settings, tracks, handlers) => {
    const peer: FakePeer = { fingerprint, done: [], handlers, tracks, closed: false };
    made.push(peer);
    const later = (what: string, work: () => void): void => {
      peer.done.push(what);
      void Promise.resolve().then(() => {
        if (!peer.closed) work();
      });
    };
    const tell = (type: 'offer' | 'answer', offer?: number): void =>
      handlers.onNews({
        news: 'signal',
        signal: { kind: type, description: { type, sdp: sdp(fingerprint) } },
        ...(offer !== undefined && { offer }),
      });
    later('create', () => handlers.onNews({ news: 'certificate', sha256: fingerprint }));
    return {
      offer: (restart, number) => later(restart ? 'restart' : 'offer', () => tell('offer', number)),
      answer: () =>
        later('answer', () => {
          handlers.onNews({ news: 'remote-set' });
          tell('answer');
          handlers.onNews({ news: 'connected' });
        }),
      accept: () =>
        later('accept', () => {
          handlers.onNews({ news: 'remote-set' });
          handlers.onNews({ news: 'connected' });
        }),
      candidate: () => later('candidate', () => undefined),
      configure: () => later('configure', () => undefined),
      setTracks: (next) => {
        peer.tracks = next;
      },
      limit: (sending) => {
        peer.sending = sending;
      },
      stats: () => Promise.resolve(relayed()),
      close: () => {
        peer.closed = true;
      },
    };
  };
  return { create, certificate: () => Promise.resolve({} as RTCCertificate), made, fingerprint };
}
