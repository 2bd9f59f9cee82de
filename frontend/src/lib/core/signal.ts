import type { Description, IceCandidate, IcePolicy, IceServer } from '@/protocol/messages';

/** One thing that two pages tell each other to connect. */
export type Signal =
  | { readonly kind: 'offer' | 'answer'; readonly description: Description }
  | { readonly kind: 'candidate'; readonly candidate: IceCandidate };

/** What a peer connection tells of itself. */
export type PeerNews =
  | { readonly news: 'certificate'; readonly sha256: string }
  /** Of an offer, its number: of those that were asked for in quick succession only the last one counts. */
  | { readonly news: 'signal'; readonly signal: Signal; readonly offer?: number }
  | { readonly news: 'remote-set' }
  | { readonly news: 'candidate-refused'; readonly signal: Signal & { kind: 'candidate' } }
  | { readonly news: 'connected' | 'disconnected' | 'failed' };

/** What is asked of a peer connection that there is. */
export type PeerAsk =
  | { readonly type: 'peer-servers'; readonly iceServers: readonly IceServer[]; readonly policy: IcePolicy }
  | { readonly type: 'peer-offer'; readonly restart: boolean; readonly offer: number }
  | { readonly type: 'peer-answer'; readonly offer: Description }
  | { readonly type: 'peer-accept'; readonly answer: Description }
  | { readonly type: 'peer-candidate'; readonly candidate: IceCandidate };
