import type { PeerAsk } from '@/lib/core/signal';
import type { ClientFrame, IcePolicy, IceServer } from '@/protocol/messages';

/**
 * Of one of the others: `gap` bounds how long what was said later waits for what was said before it, `pause` waits whether
 * a lost path comes back by itself, `progress` bounds each attempt at connecting, `identity` how long a description may
 * wait for its certificate.
 */
export type LinkTimer = 'gap' | 'pause' | 'progress' | 'identity';

/**
 * Of the room: `place` asks the server where we are, while it has not said so; `refresh` asks for fresh servers from time to
 * time, `servers` bounds how long a restart waits for them.
 */
export type RoomTimer = 'place' | 'refresh' | 'servers' | 'told' | `${LinkTimer} ${string}`;

/** What a page says of itself when it comes in. */
export interface Entry {
  readonly roomId: string;
  readonly nickname: string;
  /** Only until one has a seat, or waits for one: from then on the server asks for none. */
  readonly password?: string;
}

/** What a room asks of the world. `peer` is the alias of one of the others, who has one connection at a time. */
export type RoomEffect =
  | { readonly type: 'look'; readonly roomId: string }
  | { readonly type: 'connect' }
  /** The frame goes out with the certificate of this page. */
  | { readonly type: 'join'; readonly entry: Entry; readonly peerId?: string }
  | { readonly type: 'send'; readonly frame: ClientFrame }
  | { readonly type: 'peer-open'; readonly peer: string; readonly iceServers: readonly IceServer[]; readonly policy: IcePolicy }
  | (PeerAsk & { readonly peer: string })
  | { readonly type: 'peer-close'; readonly peer: string }
  /** The room is over for this page: all connections, the screen and the certificate. */
  | { readonly type: 'close' }
  | { readonly type: 'screen-open' }
  | { readonly type: 'screen-close' }
  | { readonly type: 'hush' }
  | { readonly type: 'fade'; readonly key: number; readonly ms: number }
  | { readonly type: 'timer'; readonly timer: RoomTimer; readonly ms: number }
  | { readonly type: 'timer-off'; readonly timer: RoomTimer }
  | { readonly type: 'timers-off' };
