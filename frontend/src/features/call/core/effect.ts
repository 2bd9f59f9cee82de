import type { PeerAsk, Signal } from '@/lib/core/signal';
import type { ClientFrame, IcePolicy, IceServer, SignalingGrant } from '@/protocol/messages';

export type KvsGrant = SignalingGrant & { transport: 'kvs' };

/**
 * `confirm` bounds how long the confirmation of a match waits for our certificate, `channel` opening the signaling
 * channel, `silence` how long nothing may come over it, `progress` each attempt at negotiating, `patience` the whole of it, `restart` waits whether a lost path
 * comes back by itself, `settle` before the signaling channel is closed, `identity` bounds how long a description may
 * wait for its fingerprint, `away` how long the partner may count as gone, `end` is the page's own clock.
 */
export type CallTimer = 'confirm' | 'channel' | 'silence' | 'progress' | 'patience' | 'restart' | 'settle' | 'identity' | 'away' | 'end';

/** What the call asks of the world. `generation` counts peer connections; answers of older ones are not heard. */
export type CallEffect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'send-later'; readonly frame: ClientFrame; readonly ms: number }
  | { readonly type: 'kvs-open'; readonly grant: KvsGrant }
  | { readonly type: 'kvs-send'; readonly signal: Signal }
  | { readonly type: 'kvs-close' }
  | {
      readonly type: 'peer-create';
      readonly generation: number;
      readonly iceServers: readonly IceServer[];
      readonly policy: IcePolicy;
      readonly video: boolean;
    }
  | PeerAsk
  | { readonly type: 'peer-close' }
  /** Media flows for the first time: `frame` goes out with what can be measured of how that came. */
  | { readonly type: 'peer-report'; readonly frame: ClientFrame & { action: 'connection-status' } }
  | { readonly type: 'timer'; readonly timer: CallTimer; readonly ms: number }
  | { readonly type: 'timer-off'; readonly timer: CallTimer }
  | { readonly type: 'timers-off' }
  /** Relay numbers must not begin anew after a reload: the partner would take them for repeats. */
  | { readonly type: 'remember'; readonly sessionId: string; readonly signalN: number };
