import type { LinkTimer, RoomEffect } from './effect';

import { relayedOnly } from '@/lib/core/addresses';
import { fingerprintOf, sameFingerprint } from '@/lib/core/fingerprint';
import { isRefusal, refusalBy } from '@/lib/core/refusal';
import type { PeerNews, Signal } from '@/lib/core/signal';
import { step, type Step } from '@/lib/machine';
import type { ClientFrame, Description, IceCandidate, IcePolicy, IceServer, RoleName, RoomPeer } from '@/protocol/messages';

/** What was said later waits this long for what was said before it; then that is lost. */
export const GAP_LIMIT_MS = 1500;
/** ICE often comes back by itself within this. */
export const PAUSE_MS = 2500;
/** An attempt without media after this is made anew. */
export const PROGRESS_LIMIT_MS = 10_000;
/** A description whose certificate was not announced is not applied; it waits this long. */
export const IDENTITY_LIMIT_MS = 8000;
const PARKED_MAX = 200;

/** The connection to one of the others. */
export interface Link {
  readonly roomId: string;
  readonly peer: string;
  readonly role: RoleName;
  readonly policy: IcePolicy;
  readonly epoch: number;
  /** The certificate that was announced. */
  readonly sha256?: string;
  /** The own certificate, once the connection has told it. */
  readonly ownSha256?: string;
  /** `unverified`: a description came with another certificate, here or there; nothing is taken from there any more. */
  readonly media: 'connecting' | 'connected' | 'reconnecting' | 'unverified';
  readonly remote: 'none' | 'applying' | 'set';
  readonly awaitingAnswer: boolean;
  /** How many offers were asked for: only the last one is sent. */
  readonly offers: number;
  /** The description that waits for a certificate. */
  readonly held?: Description | undefined;
  /** Candidates that wait for their description. */
  readonly parked: readonly IceCandidate[];
  /** The number that is heard next, and what came before its turn. */
  readonly nextN: number;
  readonly ahead: readonly Numbered[];
  /** The own number that was used last. */
  readonly sentN: number;
}

export interface Numbered {
  readonly n: number;
  readonly signal: Signal;
}

export type LinkStep = Step<Link, RoomEffect>;

/** Opens a connection; the offerer of the two makes the first move. */
export function openLink(roomId: string, epoch: number, who: RoomPeer, iceServers: readonly IceServer[]): LinkStep {
  const { peerId: peer, role, iceTransportPolicy: policy, sha256 } = who;
  const fresh = { media: 'connecting', remote: 'none', awaitingAnswer: false, offers: 0, parked: [], nextN: 1, ahead: [], sentN: 0 } as const;
  const link: Link = { roomId, epoch, peer, role, policy, ...(sha256 !== undefined && { sha256 }), ...fresh };
  return chain(step(link, { type: 'peer-open', peer, iceServers, policy }, on(link, 'progress', PROGRESS_LIMIT_MS)), offerIfMine(false));
}

/** Nothing more comes or goes. */
export function closeLink(link: Link): readonly RoomEffect[] {
  const timers = (['gap', 'pause', 'progress', 'identity'] as const).map((timer) => off(link, timer));
  return [{ type: 'peer-close', peer: link.peer }, ...timers];
}

/** What the other says, in the order in which it was said; repeats are dropped. */
export function hear(link: Link, numbered: Numbered): LinkStep {
  const { n } = numbered;
  if (link.media === 'unverified' || n < link.nextN || link.ahead.some((waiting) => waiting.n === n)) return step(link);
  const ahead = [...link.ahead, numbered].toSorted((a, b) => a.n - b.n).slice(0, PARKED_MAX);
  return deliver({ ...link, ahead });
}

/** What was said in between does not come any more. */
export function skipGap(link: Link): LinkStep {
  const [first] = link.ahead;
  return first === undefined ? step(link) : deliver({ ...link, nextN: first.n });
}

function deliver(link: Link): LinkStep {
  const [first, ...ahead] = link.ahead;
  if (first === undefined) return step(link, off(link, 'gap'));
  if (first.n !== link.nextN) return step(link, on(link, 'gap', GAP_LIMIT_MS));
  return chain(take({ ...link, ahead, nextN: first.n + 1 }, first.signal), deliver);
}

/** The offerer is the impolite one: while it waits for an answer it hears no offer. */
function take(link: Link, heard: Signal): LinkStep {
  const signal = passing(link, heard);
  if (signal === undefined || link.media === 'unverified') return step(link);
  if (isRefusal(signal)) return part(link);
  switch (signal.kind) {
    case 'offer':
      return link.role === 'offerer' && link.awaitingAnswer ? step(link) : release({ ...link, held: signal.description });
    case 'answer':
      return link.awaitingAnswer ? release({ ...link, held: signal.description }) : step(link);
    case 'candidate':
      return link.remote === 'set' && !link.awaitingAnswer && link.held === undefined
        ? step(link, { type: 'peer-candidate', peer: link.peer, candidate: signal.candidate })
        : step(park(link, signal.candidate));
    default:
      return signal satisfies never;
  }
}

/** Applies a description if its certificate is the one that was announced; with another one it never is. */
function release(link: Link): LinkStep {
  const { held, peer, sha256 } = link;
  if (held === undefined) return step(link);
  if (sha256 === undefined) return step(link, on(link, 'identity', IDENTITY_LIMIT_MS));
  const promised = fingerprintOf(held.sdp);
  if (promised === undefined || !sameFingerprint(promised, sha256)) return distrust(link);
  const apply: RoomEffect = held.type === 'answer' ? { type: 'peer-accept', peer, answer: held } : { type: 'peer-answer', peer, offer: held };
  return step<Link, RoomEffect>({ ...link, held: undefined, remote: 'applying', awaitingAnswer: false }, off(link, 'identity'), apply);
}

/** What the other has sent is not theirs: they are told, so that they know why nothing comes. */
export function distrust(link: Link): LinkStep {
  return chain(say(link, refusalBy(link.role)), part);
}

/** Nothing is taken from there any more, whichever of the two has found the other's certificate to be another. */
function part(link: Link): LinkStep {
  return step<Link, RoomEffect>({ ...link, held: undefined, media: 'unverified', parked: [], ahead: [], awaitingAnswer: false }, ...closeLink(link));
}

/** The certificate of the other, where nobody has announced one yet. */
export function announced(link: Link, sha256: string): LinkStep {
  return link.sha256 === undefined ? release({ ...link, sha256 }) : step(link);
}

/** What the own connection to the other tells. */
export function heed(link: Link, news: PeerNews): LinkStep {
  if (link.media === 'unverified') return step(link);
  switch (news.news) {
    case 'certificate':
      return step({ ...link, ownSha256: news.sha256 });
    case 'signal':
      return news.offer !== undefined && news.offer !== link.offers ? step(link) : say(link, news.signal);
    case 'remote-set': {
      const candidates = link.parked.map((candidate) => ({ type: 'peer-candidate', peer: link.peer, candidate }) as const);
      return step({ ...link, remote: 'set', parked: [] }, ...candidates);
    }
    case 'candidate-refused':
      return step(park(link, news.signal.candidate));
    case 'connected':
      return step({ ...link, media: 'connected' }, off(link, 'progress'), off(link, 'pause'));
    case 'disconnected':
      return step(waver(link), on(link, 'pause', PAUSE_MS));
    case 'failed':
      return step(waver(link));
    default:
      return news satisfies never;
  }
}

/** Whether the path is to be looked for anew from here: of the two the offerer does that alone. */
export function mayRestart(link: Link): boolean {
  return link.role === 'offerer' && link.media !== 'connected' && link.media !== 'unverified';
}

export function restart(link: Link): LinkStep {
  if (!mayRestart(link)) return step(link);
  return chain(step(link, off(link, 'pause'), on(link, 'progress', PROGRESS_LIMIT_MS)), offerIfMine(true));
}

function offerIfMine(again: boolean): (link: Link) => LinkStep {
  return (link) => {
    if (link.role !== 'offerer') return step(link);
    const offer = link.offers + 1;
    return step({ ...link, awaitingAnswer: true, offers: offer }, { type: 'peer-offer', peer: link.peer, restart: again, offer });
  };
}

function say(link: Link, own: Signal): LinkStep {
  const signal = passing(link, own);
  if (signal === undefined) return step(link);
  const { roomId, peer: to, epoch } = link;
  const n = link.sentN + 1;
  const about = { roomId, to, epoch, n };
  const frame: ClientFrame =
    signal.kind === 'candidate'
      ? { action: 'send-candidate', data: { ...about, data: signal.candidate } }
      : { action: `send-${signal.kind}`, data: { ...about, data: signal.description } };
  return step({ ...link, sentN: n }, { type: 'send', frame });
}

/** Where one of the two hides their address, none passes in either direction but the relay's. */
function passing({ policy }: Link, signal: Signal): Signal | undefined {
  return policy === 'relay' ? relayedOnly(signal) : signal;
}

function park(link: Link, candidate: IceCandidate): Link {
  return { ...link, parked: [...link.parked, candidate].slice(-PARKED_MAX) };
}

function waver(link: Link): Link {
  return { ...link, media: link.media === 'connected' ? 'reconnecting' : link.media };
}

function on({ peer }: Link, timer: LinkTimer, ms: number): RoomEffect {
  return { type: 'timer', timer: `${timer} ${peer}`, ms };
}

function off({ peer }: Link, timer: LinkTimer): RoomEffect {
  return { type: 'timer-off', timer: `${timer} ${peer}` };
}

/** Steps one after another, effects in order. */
function chain(first: LinkStep, next: (link: Link) => LinkStep): LinkStep {
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
}
