import type { CallEffect, CallTimer, KvsGrant } from './effect';

import { relayedOnly } from '@/lib/core/addresses';
import { fingerprintOf, sameFingerprint } from '@/lib/core/fingerprint';
import type { Signal } from '@/lib/core/signal';
import { step, type Step } from '@/lib/machine';
import type { Description, IceCandidate, IcePolicy, IceServer, Matched, RoleName } from '@/protocol/messages';

/** The match is confirmed together with our certificate, or without it after this; the server waits 10 s. */
export const CONFIRM_LIMIT_MS = 1000;
/** The contract: a page that cannot open its signaling channel in this time says so. */
export const CHANNEL_LIMIT_MS = 2000;
/** Asking for a fresh URL goes through the server first. */
export const RENEWAL_LIMIT_MS = 5000;
/** An attempt without media after this is made anew, by another way where there is one. */
export const PROGRESS_LIMIT_MS = 8_000;
/** ICE often comes back by itself within this. */
export const RESTART_PAUSE_MS = 2500;
/** Late candidates may still improve the path before the signaling channel is closed. */
export const SETTLE_MS = 3000;
/** A description whose certificate was not announced over our own socket is not applied; it waits this long. */
export const IDENTITY_LIMIT_MS = 8000;
const PARKED_MAX = 200;
const HEARD_MAX = 1000;

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

/** Begins with what `matched` or `connected.session` holds. */
export function beginNegotiation(details: Matched, video: boolean, signalN: number, generation: number): NegotiationStep {
  const negotiation: Negotiation = {
    sessionId: details.sessionId,
    role: details.role,
    video,
    iceServers: details.iceServers,
    policy: details.iceTransportPolicy,
    epoch: details.epoch,
    ...transportOf(details),
    channel: 'closed',
    generation,
    connected: false,
    remote: 'none',
    awaitingAnswer: false,
    outbox: [],
    parked: [],
    held: undefined,
    signalN,
    heard: [],
    confirmed: false,
  };
  return chain(createPeer(negotiation), reach, offerIfMine(false), confirm);
}

/** Says that we are here and, in the same frame, which certificate is ours: that may take a moment to be known. */
export function confirm(negotiation: Negotiation): NegotiationStep {
  const owing = { ...negotiation, confirmed: false };
  return negotiation.ownSha256 === undefined ? step(owing, on('confirm', CONFIRM_LIMIT_MS)) : confirmNow(owing);
}

export function confirmNow(negotiation: Negotiation): NegotiationStep {
  if (negotiation.confirmed) return step(negotiation);
  const { sessionId, epoch, ownSha256: sha256 } = negotiation;
  const data = { sessionId, status: 'received', epoch, ...(sha256 !== undefined && { sha256 }) } as const;
  const frame = { action: 'connection-status', data } as const;
  return step({ ...negotiation, confirmed: true }, off('confirm'), { type: 'send', frame });
}

/** Fresh details: new servers, maybe a newer epoch, and a URL that opens the channel again. */
export function takeDetails(negotiation: Negotiation, details: Matched): NegotiationStep {
  const fresh = takeServers(negotiation, details.iceServers);
  if (details.epoch > negotiation.epoch || (details.signaling.transport === 'relay' && negotiation.transport === 'kvs')) {
    return chain(fresh, (state) => enterEpoch(state, details.epoch));
  }
  const granted = { ...fresh.state, ...transportOf(details) };
  return negotiation.channel === 'renewing' || !negotiation.connected
    ? chain(step({ ...granted, channel: openOrClosed(granted.channel) }, ...fresh.effects), reach)
    : step(granted, ...fresh.effects);
}

export function takeServers(negotiation: Negotiation, iceServers: readonly IceServer[]): NegotiationStep {
  const { policy } = negotiation;
  return step({ ...negotiation, iceServers }, { type: 'peer-servers', iceServers, policy });
}

/** The server moved both to the relay: the KVS socket and all that belongs to older epochs is dropped. */
export function enterEpoch(negotiation: Negotiation, epoch: number): NegotiationStep {
  if (epoch < negotiation.epoch || (epoch === negotiation.epoch && negotiation.transport === 'relay')) return step(negotiation);
  const entered: Negotiation = {
    ...negotiation,
    epoch,
    transport: 'relay',
    grant: undefined,
    channel: 'open',
    outbox: [],
    parked: [],
    held: undefined,
    heard: [],
  };
  const begun = step<Negotiation, CallEffect>(entered, { type: 'kvs-close' }, off('channel'), ...announce(entered));
  return chain(begun, offerIfMine(true));
}

/** The partner's page has another certificate than before: it was reloaded, so both connect anew. */
export function takePeerFingerprint(negotiation: Negotiation, sha256: string): NegotiationStep {
  const before = negotiation.peerSha256;
  const known = { ...negotiation, peerSha256: sha256 };
  if (before === undefined || sameFingerprint(before, sha256)) return release(known);
  const fresh: Negotiation = {
    ...known,
    generation: known.generation + 1,
    connected: false,
    remote: 'none',
    awaitingAnswer: false,
    outbox: [],
    parked: [],
    heard: [],
  };
  return chain(createPeer(fresh), (state) => step(state, ...announce(state)), reach, offerIfMine(false), release);
}

export function takeOwnFingerprint(negotiation: Negotiation, sha256: string): NegotiationStep {
  const known = { ...negotiation, ownSha256: sha256 };
  return known.confirmed ? step(known, ...announce(known)) : confirmNow(known);
}

/** Tells the partner our certificate if the confirmation did not, and again whenever it may have been missed. */
export function announce({ sessionId, ownSha256 }: Negotiation): readonly CallEffect[] {
  if (ownSha256 === undefined) return [];
  return [{ type: 'send', frame: { action: 'fingerprint', data: { sessionId, sha256: ownSha256 } } }];
}

export function channelOpened(negotiation: Negotiation): NegotiationStep {
  if (negotiation.channel !== 'opening' || negotiation.transport !== 'kvs') return step(negotiation);
  return flush(step({ ...negotiation, channel: 'open' }, off('channel')));
}

/** Lost while it is needed: the server is told and answers both with the relay. */
export function channelLost(negotiation: Negotiation): NegotiationStep {
  if (negotiation.transport !== 'kvs' || negotiation.channel === 'closed') return step(negotiation);
  const closed = { ...negotiation, channel: 'closed' } as const;
  if (negotiation.connected) return step(closed, { type: 'kvs-close' }, off('channel'));
  return step(closed, { type: 'kvs-close' }, off('channel'), complaint(negotiation));
}

/** Our own connection has something to tell. */
export function sendSignal(negotiation: Negotiation, told: Signal): NegotiationStep {
  const signal = passing(negotiation, told);
  if (signal === undefined) return step(negotiation);
  switch (negotiation.channel) {
    case 'open':
      return transmit(negotiation, signal);
    case 'renewing':
    case 'opening':
      return step({ ...negotiation, outbox: [...negotiation.outbox, signal] });
    case 'closed':
      // Candidates after a settled call are of no use; a description is, so the channel comes back for it.
      if (signal.kind === 'candidate' && negotiation.connected) return step(negotiation);
      return reach({ ...negotiation, outbox: [...negotiation.outbox, signal] });
    default:
      return negotiation.channel satisfies never;
  }
}

/** Keeps a candidate for the next description: it came early, or belongs to one that is still on its way. */
export function park(negotiation: Negotiation, candidate: IceCandidate): NegotiationStep {
  return step({ ...negotiation, parked: [...negotiation.parked, candidate].slice(-PARKED_MAX) });
}

/** What came over the relay: of this epoch, once each, and a newer epoch is entered on the way. */
export function takeRelayed(negotiation: Negotiation, epoch: number, n: number, signal: Signal): NegotiationStep {
  if (epoch < negotiation.epoch) return step(negotiation);
  const here = epoch > negotiation.epoch ? enterEpoch(negotiation, epoch) : step<Negotiation, CallEffect>(negotiation);
  if (here.state.transport !== 'relay' || here.state.heard.includes(n)) return here;
  const heard = [...here.state.heard, n].slice(-HEARD_MAX);
  return chain({ ...here, state: { ...here.state, heard } }, (state) => takeSignal(state, signal));
}

/** What came over the KVS channel; late deliveries after the move to the relay are dropped. */
export function takeKvs(negotiation: Negotiation, signal: Signal): NegotiationStep {
  return negotiation.transport === 'kvs' ? takeSignal(negotiation, signal) : step(negotiation);
}

/** The partner's description is in place: its candidates may follow. */
export function remoteSet(negotiation: Negotiation): NegotiationStep {
  const candidates = negotiation.parked.map((candidate) => ({ type: 'peer-candidate', candidate }) as const);
  return step({ ...negotiation, remote: 'set', parked: [] }, ...candidates);
}

export function mediaConnected(negotiation: Negotiation): NegotiationStep {
  const connected = { ...negotiation, connected: true };
  return step(connected, off('progress'), off('restart'), on('settle', SETTLE_MS));
}

/** Connected for good: KVS counts open sockets, so ours is closed. */
export function settled(negotiation: Negotiation): NegotiationStep {
  if (!negotiation.connected || negotiation.transport !== 'kvs') return step(negotiation);
  return step({ ...negotiation, channel: 'closed', outbox: [] }, { type: 'kvs-close' });
}

/** The path is lost: both look for the channel, the offerer restarts ICE. */
export function restart(negotiation: Negotiation): NegotiationStep {
  const lost = step<Negotiation, CallEffect>({ ...negotiation, connected: false }, off('settle'));
  return chain(lost, reach, offerIfMine(true), (state) => step(state, on('progress', PROGRESS_LIMIT_MS)));
}

/** No media yet: over KVS the server is asked for the relay, on the relay the offerer tries again. */
export function noProgress(negotiation: Negotiation): NegotiationStep {
  if (negotiation.connected) return step(negotiation);
  const again = on('progress', PROGRESS_LIMIT_MS);
  if (negotiation.transport === 'kvs') return step(negotiation, complaint(negotiation), ...announce(negotiation), again);
  return chain(step(negotiation, ...announce(negotiation)), offerIfMine(true), (state) => step(state, again));
}

/** Whether a description still waits for a fingerprint, or contradicts the one that was announced. */
export function identityFails(negotiation: Negotiation): boolean {
  return negotiation.held !== undefined && negotiation.peerSha256 !== undefined;
}

/** Where somebody hides their address, none passes in either direction but the relay's. */
function passing({ policy }: Negotiation, signal: Signal): Signal | undefined {
  return policy === 'relay' ? relayedOnly(signal) : signal;
}

function takeSignal(negotiation: Negotiation, heard: Signal): NegotiationStep {
  const signal = passing(negotiation, heard);
  if (signal === undefined) return step(negotiation);
  switch (signal.kind) {
    case 'offer':
      return negotiation.role === 'answerer' ? takeDescription(negotiation, signal.description) : step(negotiation);
    case 'answer':
      return negotiation.role === 'offerer' && negotiation.awaitingAnswer
        ? takeDescription(negotiation, signal.description)
        : step(negotiation);
    case 'candidate':
      return negotiation.remote === 'set' && !negotiation.awaitingAnswer
        ? step(negotiation, { type: 'peer-candidate', candidate: signal.candidate })
        : park(negotiation, signal.candidate);
    default:
      return signal satisfies never;
  }
}

function takeDescription(negotiation: Negotiation, held: Description): NegotiationStep {
  return release({ ...negotiation, held });
}

/** Applies the held description once its certificate is the one that the partner announced. */
function release(negotiation: Negotiation): NegotiationStep {
  const { held } = negotiation;
  if (held === undefined) return step(negotiation);
  const promised = fingerprintOf(held.sdp);
  const { peerSha256 } = negotiation;
  if (promised === undefined || peerSha256 === undefined || !sameFingerprint(promised, peerSha256)) {
    return step(negotiation, on('identity', IDENTITY_LIMIT_MS));
  }
  const applying: Negotiation = { ...negotiation, held: undefined, remote: 'applying', awaitingAnswer: false };
  const apply: CallEffect = held.type === 'offer' ? { type: 'peer-answer', offer: held } : { type: 'peer-accept', answer: held };
  return step(applying, off('identity'), apply);
}

function createPeer(negotiation: Negotiation): NegotiationStep {
  const { generation, iceServers, policy, video } = negotiation;
  return step(negotiation, { type: 'peer-create', generation, iceServers, policy, video }, on('progress', PROGRESS_LIMIT_MS));
}

function offerIfMine(again: boolean): (negotiation: Negotiation) => NegotiationStep {
  return (negotiation) =>
    negotiation.role === 'offerer'
      ? step({ ...negotiation, awaitingAnswer: true }, { type: 'peer-offer', restart: again })
      : step(negotiation);
}

/** Makes the signaling channel usable, by the URL at hand or a fresh one. */
function reach(negotiation: Negotiation): NegotiationStep {
  if (negotiation.transport === 'relay') return flush(step({ ...negotiation, channel: 'open' }));
  if (negotiation.channel !== 'closed') return step(negotiation);
  const { grant } = negotiation;
  if (grant !== undefined) {
    return step({ ...negotiation, grant: undefined, channel: 'opening' }, { type: 'kvs-open', grant }, on('channel', CHANNEL_LIMIT_MS));
  }
  const { sessionId } = negotiation;
  const ask: CallEffect = { type: 'send', frame: { action: 'get-match-details', data: { sessionId } } };
  return step({ ...negotiation, channel: 'renewing' }, ask, on('channel', RENEWAL_LIMIT_MS));
}

function flush(from: NegotiationStep): NegotiationStep {
  const { outbox } = from.state;
  const empty: NegotiationStep = { ...from, state: { ...from.state, outbox: [] } };
  return outbox.reduce((sofar, signal) => chain(sofar, (state) => transmit(state, signal)), empty);
}

function transmit(negotiation: Negotiation, signal: Signal): NegotiationStep {
  if (negotiation.transport === 'kvs') return step(negotiation, { type: 'kvs-send', signal });
  const { sessionId, epoch } = negotiation;
  const signalN = negotiation.signalN + 1;
  const about = { sessionId, epoch, n: signalN };
  const frame =
    signal.kind === 'candidate'
      ? ({ action: 'send-candidate', data: { ...about, data: signal.candidate } } as const)
      : ({ action: `send-${signal.kind}`, data: { ...about, data: signal.description } } as const);
  return step({ ...negotiation, signalN }, { type: 'send', frame }, { type: 'remember', sessionId, signalN });
}

function complaint({ sessionId, epoch }: Negotiation): CallEffect {
  return { type: 'send', frame: { action: 'connection-status', data: { sessionId, status: 'signaling-failed', epoch } } };
}

function transportOf({ signaling }: Matched): Pick<Negotiation, 'transport' | 'grant'> {
  return signaling.transport === 'kvs' ? { transport: 'kvs', grant: signaling } : { transport: 'relay', grant: undefined };
}

function openOrClosed(channel: Negotiation['channel']): Negotiation['channel'] {
  return channel === 'renewing' ? 'closed' : channel;
}

type NegotiationTimer = Exclude<CallTimer, 'patience' | 'away' | 'end'>;

function on(timer: NegotiationTimer, ms: number): CallEffect {
  return { type: 'timer', timer, ms };
}

function off(timer: NegotiationTimer): CallEffect {
  return { type: 'timer-off', timer };
}

/** Steps one after another, effects in order. */
function chain(first: NegotiationStep, ...rest: readonly ((state: Negotiation) => NegotiationStep)[]): NegotiationStep {
  return rest.reduce((sofar, next) => {
    const { state, effects } = next(sofar.state);
    return { state, effects: [...sofar.effects, ...effects] };
  }, first);
}
