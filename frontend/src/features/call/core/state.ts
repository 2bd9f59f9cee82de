import type { CallTimer } from './effect';
import type { Negotiation } from './negotiation-state';

import type { OfSession } from '@/lib/core/place';
import type { PeerNews, Signal } from '@/lib/core/signal';
import type { AskedBy, EndReasonName, Matched, ModeName, ServerFrame } from '@/protocol/messages';

export type Media = 'connecting' | 'connected' | 'reconnecting' | 'failed';

/**
 * `clock` is the page's own; `own` the button; `lost` means that the server knew no such call any more when the
 * page came back; `identity` that a certificate was not the one that was announced: ours to the partner, or theirs to us.
 */
export type EndCause = EndReasonName | 'clock' | 'own' | 'lost' | 'identity';

/** Five minutes more: how often there can be, and who asks for them. */
export interface Extension {
  readonly left: number;
  readonly askedBy?: AskedBy;
}

export interface Live {
  readonly phase: 'live';
  readonly details: Matched;
  readonly mode: ModeName;
  /** Absent in text mode: there is nothing to negotiate. */
  readonly negotiation?: Negotiation;
  readonly media: Media;
  readonly everConnected: boolean;
  readonly partnerAway: boolean;
  readonly endsAt: number;
  readonly extension: Extension;
  /** Server time, for how long connecting took. */
  readonly beganAt: number;
}

export interface Ended {
  readonly phase: 'ended';
  readonly details: Matched;
  readonly mode: ModeName;
  readonly cause: EndCause;
  readonly durationMs: number;
  readonly everConnected: boolean;
}

export interface NoCall {
  readonly phase: 'none';
  readonly early: readonly SessionFrame[];
  /** The call that was ended last: it must not come back, even if the server has not heard of its end. */
  readonly over?: string;
}

export type CallState = NoCall | Live | Ended;

export type SessionFrame = OfSession<Extract<
  ServerFrame,
  {
    readonly event:
      | 'match-details'
      | 'signaling'
      | 'offer'
      | 'answer'
      | 'candidate'
      | 'fingerprint'
      | 'peer-reconnecting'
      | 'peer-reconnected'
      | 'session-ended'
      | 'session-warning'
      | 'extend-requested'
      | 'session-extended'
      | 'ice-servers';
  }
>>;

/** `now` is the server's time in Unix milliseconds. */
export type CallEvent =
  | { readonly type: 'begin'; readonly details: Matched; readonly mode: ModeName; readonly signalN: number; readonly now: number }
  /** The socket is back; the server says which call we are in, if any. */
  | { readonly type: 'resumed'; readonly details?: Matched; readonly mode: ModeName; readonly signalN: number; readonly now: number }
  | { readonly type: 'frame'; readonly frame: SessionFrame; readonly now: number }
  | { readonly type: 'end'; readonly now: number }
  | { readonly type: 'skip'; readonly now: number }
  | { readonly type: 'extend' }
  /** `final`: there is no more to be had. */
  | { readonly type: 'extend-refused'; readonly final: boolean }
  | { readonly type: 'dismiss' }
  /** Another page of the same person took the call over. */
  | { readonly type: 'drop' }
  | { readonly type: 'kvs-opened' }
  | { readonly type: 'kvs-lost' }
  | { readonly type: 'kvs-heard'; readonly signal: Signal; readonly now: number }
  | { readonly type: 'due'; readonly timer: CallTimer; readonly now: number }
  | ({ readonly type: 'peer'; readonly generation: number; readonly now: number } & PeerNews);
