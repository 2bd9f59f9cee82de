import type { CallEffect } from './effect';
import { announce, confirm, hold, release } from './identity';
import { chain, off, on, type Negotiation, type NegotiationStep } from './negotiation-state';

import { relayedOnly } from '@/lib/core/addresses';
import { sameFingerprint } from '@/lib/core/fingerprint';
import { refusalBy } from '@/lib/core/refusal';
import type { Signal } from '@/lib/core/signal';
import { step } from '@/lib/machine';
import type { Description, IceCandidate, IceServer, Matched } from '@/protocol/messages';

/** The contract: a page that cannot open its signaling channel in this time says so. */
export const CHANNEL_LIMIT_MS = 2000;
/** An open channel over which the partner's description does not come in this time is complained of like one that did not open. */
export const SILENCE_LIMIT_MS = 3000;
/** Asking for a fresh URL goes through the server first. */
export const RENEWAL_LIMIT_MS = 5000;
/** An attempt without media after this is made anew, by another way where there is one. */
export const PROGRESS_LIMIT_MS = 8_000;
/** ICE often comes back by itself within this. */
export const RESTART_PAUSE_MS = 2500;
/** Late candidates may still improve the path before the signaling channel is closed. */
export const SETTLE_MS = 3000;
const PARKED_MAX = 200;
const HEARD_MAX = 1000;

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
    offers: 0,
    outbox: [],
    parked: [],
    held: undefined,
    signalN,
    heard: [],
    confirmed: false,
  };
  return chain(createPeer(negotiation), reach, offerIfMine(false), confirm);
}

/**
 * Fresh details: new servers, maybe a newer epoch, and a URL that opens the channel again. Late ones, asked for before both
 * went over to the relay, do not lead back.
 */
export function takeDetails(negotiation: Negotiation, details: Matched): NegotiationStep {
  const fresh = takeServers(negotiation, details.iceServers);
  if (details.epoch < negotiation.epoch) return fresh;
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
  const begun = step<Negotiation, CallEffect>(entered, { type: 'kvs-close' }, off('channel'), off('silence'), ...announce(entered));
  return chain(begun, offerIfMine(true));
}

/** The partner's page has another certificate than before: it was reloaded, so both connect anew. */
export function takePeerFingerprint(negotiation: Negotiation, sha256: string): NegotiationStep {
  const before = negotiation.peerSha256;
  const known = { ...negotiation, peerSha256: sha256 };
  if (before === undefined) return release(known);
  if (sameFingerprint(before, sha256)) return step(known);
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
  return chain(createPeer(fresh), (state) => step(state, ...announce(state)), reach, listen, offerIfMine(false), release);
}

export function channelOpened(negotiation: Negotiation): NegotiationStep {
  if (negotiation.channel !== 'opening' || negotiation.transport !== 'kvs') return step(negotiation);
  return flush(chain(step({ ...negotiation, channel: 'open' }, off('channel')), listen));
}

/** Lost while it is needed: the server is told and answers both with the relay. */
export function channelLost(negotiation: Negotiation): NegotiationStep {
  if (negotiation.transport !== 'kvs' || negotiation.channel === 'closed') return step(negotiation);
  const closed = { ...negotiation, channel: 'closed' } as const;
  const closing: readonly CallEffect[] = [{ type: 'kvs-close' }, off('channel'), off('silence')];
  return negotiation.connected ? step(closed, ...closing) : step(closed, ...closing, complaint(negotiation));
}

/** The channel is open, but the partner is not heard: they may have lost theirs, so both go on over the relay. */
export function silent(negotiation: Negotiation): NegotiationStep {
  return isUnheard(negotiation) ? step(negotiation, complaint(negotiation)) : step(negotiation);
}

/** Our own connection has something to tell. */
export function sendSignal(negotiation: Negotiation, told: Signal, offer?: number): NegotiationStep {
  if (offer !== undefined && offer !== negotiation.offers) return step(negotiation);
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

/** Tells the partner that their description is not taken. A channel that is closed is not opened for it. */
export function refuse(negotiation: Negotiation): NegotiationStep {
  return negotiation.channel === 'open' ? transmit(negotiation, refusalBy(negotiation.role)) : step(negotiation);
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
  return chain(hold(negotiation, held), listen);
}

/** The answerer waits for an offer from now on; the offerer for an answer only once their own offer has left. */
function listen(negotiation: Negotiation): NegotiationStep {
  const waits = negotiation.role === 'answerer' && isUnheard(negotiation);
  return step(negotiation, waits ? on('silence', SILENCE_LIMIT_MS) : off('silence'));
}

/** Whether no description of the partner's page has come over the channel, not even one that waits for its certificate. */
function isUnheard({ transport, channel, remote, held }: Negotiation): boolean {
  return transport === 'kvs' && channel === 'open' && remote === 'none' && held === undefined;
}

function createPeer(negotiation: Negotiation): NegotiationStep {
  const { generation, iceServers, policy, video } = negotiation;
  return step(negotiation, { type: 'peer-create', generation, iceServers, policy, video }, on('progress', PROGRESS_LIMIT_MS));
}

function offerIfMine(again: boolean): (negotiation: Negotiation) => NegotiationStep {
  return (negotiation) => {
    if (negotiation.role !== 'offerer') return step(negotiation);
    const offer = negotiation.offers + 1;
    return step({ ...negotiation, awaitingAnswer: true, offers: offer }, { type: 'peer-offer', restart: again, offer });
  };
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
  if (negotiation.transport === 'kvs') {
    const clock = signal.kind === 'offer' && isUnheard(negotiation) ? [on('silence', SILENCE_LIMIT_MS)] : [];
    return step(negotiation, { type: 'kvs-send', signal }, ...clock);
  }
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
