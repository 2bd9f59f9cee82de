import type { CallEffect, CallTimer, KvsGrant } from './effect';

import type { Signal } from '@/lib/core/signal';
import type { Step } from '@/lib/machine';
import type { Description, IceCandidate, IcePolicy, IceServer, RoleName } from '@/protocol/messages';

/** How far the two have come in connecting. */
export interface Negotiation {
  readonly sessionId: string;
  readonly role: RoleName;
  readonly video: boolean;
  readonly iceServers: readonly IceServer[];
  readonly policy: IcePolicy;
  readonly epoch: number;
  readonly transport: 'kvs' | 'relay';
  /** A presigned URL that was not used yet; each opens one socket. */
  readonly grant: KvsGrant | undefined;
  readonly channel: 'closed' | 'renewing' | 'opening' | 'open';
  readonly generation: number;
  readonly connected: boolean;
  readonly remote: 'none' | 'applying' | 'set';
  readonly awaitingAnswer: boolean;
  /** How many offers were asked for: only the last one is sent, or its answer could be taken for that of another. */
  readonly offers: number;
  /** Own signals that wait for the channel. */
  readonly outbox: readonly Signal[];
  /** The partner's candidates that wait for its description. */
  readonly parked: readonly IceCandidate[];
  /** The partner's description that waits for its fingerprint. */
  readonly held: Description | undefined;
  /** The last number used on the relay, in all epochs. */
  readonly signalN: number;
  /** The partner's numbers of this epoch. */
  readonly heard: readonly number[];
  /** Whether the server was told that we are here, since the match or since the socket came back. */
  readonly confirmed: boolean;
  readonly ownSha256?: string;
  readonly peerSha256?: string;
}

export type NegotiationStep = Step<Negotiation, CallEffect>;

type NegotiationTimer = Exclude<CallTimer, 'patience' | 'away' | 'end'>;

export function on(timer: NegotiationTimer, ms: number): CallEffect {
  return { type: 'timer', timer, ms };
}

export function off(timer: NegotiationTimer): CallEffect {
  return { type: 'timer-off', timer };
}

/** Steps one after another, effects in order. */
export function chain(first: NegotiationStep, ...rest: readonly ((state: Negotiation) => NegotiationStep)[]): NegotiationStep {
  return rest.reduce((sofar, next) => {
    const { state, effects } = next(sofar.state);
    return { state, effects: [...sofar.effects, ...effects] };
  }, first);
}
