import type { Entry, RoomEffect, RoomTimer } from './effect';
import type { Early, Mesh } from './mesh';
import type { Talk } from './talk';

import type { OfRoom } from '@/lib/core/place';
import type { Problem } from '@/lib/core/problem';
import type { PeerNews } from '@/lib/core/signal';
import type { Step } from '@/lib/machine';
import type { Participant, RoomAnswer, RoomOpName, RoomState, RoomWaiting, ServerFrame } from '@/protocol/messages';

/**
 * Why somebody is out: what the server says, or `lost`, when it knew of no seat any more, `gone`, of a link that leads nowhere,
 * or `refused`, when the host turned them away at the door.
 */
export type OutCause = 'left' | 'refused' | 'lost' | 'removed' | 'moderation' | 'closed' | 'gone';

export interface NoRoom {
  readonly phase: 'none';
  /** The room that was left last: the server may not have heard of it. */
  readonly over?: string;
}

export interface Door {
  readonly phase: 'door';
  readonly roomId: string;
  readonly facts?: RoomAnswer;
  readonly problem?: Problem;
  /** Another page of this person sat there, and the server takes this one for it now. */
  readonly seated?: boolean;
}

export interface Entering {
  readonly phase: 'entering';
  readonly entry: Entry;
  readonly facts?: RoomAnswer;
  /** The alias of the page before this one, whose states are not ours. */
  readonly former?: string;
  /** What the others say who have heard of us before we have heard of them. */
  readonly early: readonly Early[];
  /** So often a call that is about to end may stand in the way. */
  readonly patience: number;
  readonly talk: Talk;
}

export interface Waiting {
  readonly phase: 'waiting';
  readonly entry: Entry;
  readonly name?: string;
  /** Whether somebody is there who can let one in. */
  readonly hosted: boolean;
  readonly talk: Talk;
}

export interface Inside {
  readonly phase: 'inside';
  readonly entry: Entry;
  readonly view: RoomState;
  readonly mesh: Mesh;
  readonly talk: Talk;
  readonly screen: 'off' | 'asking' | 'on';
  /** What has just happened, in words. */
  readonly told?: string | undefined;
}

/** In another call; the seat is kept for a while. */
export interface Held {
  readonly phase: 'held';
  readonly entry: Entry;
  readonly talk: Talk;
}

export interface Out {
  readonly phase: 'out';
  readonly roomId: string;
  readonly why: OutCause;
  readonly name?: string;
}

export type RoomMachineState = NoRoom | Door | Entering | Waiting | Inside | Held | Out;

export type RoomStep = Step<RoomMachineState, RoomEffect>;

export type RoomFrame = OfRoom<ServerFrame>;

export type RoomEvent =
  /** The page was opened at a room's link, or a room was made. */
  | { readonly type: 'door'; readonly roomId: string }
  | { readonly type: 'facts'; readonly facts: RoomAnswer }
  | { readonly type: 'no-facts'; readonly roomId: string; readonly problem: Problem }
  | { readonly type: 'enter'; readonly nickname: string; readonly password?: string }
  | { readonly type: 'refused'; readonly id: string; readonly problem: Problem }
  | { readonly type: 'acknowledged'; readonly id: string }
  | { readonly type: 'frame'; readonly frame: RoomFrame }
  /** The socket is new; the server says where we are. `nickname` is what a page that was loaded anew calls itself. */
  | { readonly type: 'connected'; readonly room?: Participant; readonly waiting?: RoomWaiting; readonly inCall: boolean; readonly nickname: string }
  | { readonly type: 'peer'; readonly peer: string; readonly news: PeerNews }
  | { readonly type: 'due'; readonly timer: RoomTimer }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'say-again'; readonly n: number }
  | { readonly type: 'react'; readonly emoji: string }
  | { readonly type: 'faded'; readonly key: number }
  | { readonly type: 'viewed'; readonly inView: boolean }
  | { readonly type: 'raise'; readonly raised: boolean }
  | { readonly type: 'show-screen'; readonly shown: boolean }
  | { readonly type: 'screen-opened' }
  | { readonly type: 'screen-over' }
  | { readonly type: 'govern'; readonly op: RoomOpName; readonly peer?: string }
  /** A friend's call was answered. */
  | { readonly type: 'hold' }
  /** That call is over. */
  | { readonly type: 'return' }
  | { readonly type: 'leave' }
  /** The card was read. */
  | { readonly type: 'dismiss' }
  /** Another page of the same person took over, or a ban holds. */
  | { readonly type: 'drop' };
