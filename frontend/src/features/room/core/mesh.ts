import type { LinkTimer, RoomEffect } from './effect';
import { announced, closeLink, distrust, hear, heed, mayRestart, openLink, restart, skipGap, type Link, type LinkStep, type Numbered } from './link';

import type { PeerNews } from '@/lib/core/signal';
import { step, type Step } from '@/lib/machine';
import type { IceServer, RoomPeer, RoomState } from '@/protocol/messages';

/** Signals may overtake the state that names who sends them. */
const EARLY_MAX = 400;
/** A restart does not wait longer for fresh servers. */
export const SERVERS_LIMIT_MS = 3000;

/** What was said by an alias. */
export interface Early extends Numbered {
  readonly from: string;
}

/** The connections to all the others, by alias. */
export interface Mesh {
  readonly links: Readonly<Record<string, Link>>;
  readonly iceServers: readonly IceServer[];
  /** What was heard of aliases that no state has named yet. */
  readonly early: readonly Early[];
  /** Whose path is to be looked for anew as soon as fresh servers are there. */
  readonly restarting: readonly string[];
  /** Whose last attempt began without a fresh relay: they try again with the next one. */
  readonly bare: readonly string[];
}

export type MeshStep = Step<Mesh, RoomEffect>;

export const NO_MESH: Mesh = { links: {}, iceServers: [], early: [], restarting: [], bare: [] };

/** Makes the connections those of the newest state: opens to who has come, closes to who has gone or is in another call. */
export function follow(mesh: Mesh, view: RoomState, before: RoomState | undefined): MeshStep {
  const wanted = new Map(view.peers.filter(isWithin).map((who) => [who.peerId, who]));
  const gone = Object.values(mesh.links).filter(({ peer }) => !wanted.has(peer));
  const links = Object.fromEntries(Object.entries(mesh.links).filter(([peer]) => wanted.has(peer)));
  const [restarting, bare] = [mesh.restarting, mesh.bare].map((peers) => peers.filter((peer) => wanted.has(peer))) as [string[], string[]];
  let sofar: MeshStep = step({ ...mesh, links, restarting, bare }, ...gone.flatMap(closeLink));
  for (const who of wanted.values()) {
    const known = links[who.peerId];
    if (known === undefined) sofar = chain(sofar, (now) => arrive(now, view, who));
    else if (isBack(who, before) && mayRestart(known)) sofar = chain(sofar, (now) => wish(now, who.peerId));
    else if (known.sha256 === undefined && who.sha256 !== undefined) {
      const { sha256 } = who;
      sofar = chain(sofar, (now) => within(now, who.peerId, (link) => announced(link, sha256)));
    }
  }
  return sofar;
}

/** Who is in another call is connected with nobody here. */
function isWithin({ presence }: RoomPeer): boolean {
  return presence !== 'held';
}

/** Whether somebody's socket was gone and is there again; it may be a new one before anybody has noticed. */
export function isBack({ peerId, presence, returns }: RoomPeer, before: RoomState | undefined): boolean {
  const was = before?.peers.find((one) => one.peerId === peerId);
  return was !== undefined && presence === 'here' && (was.presence === 'lost' || returns > was.returns);
}

function arrive(mesh: Mesh, { roomId, epoch }: RoomState, who: RoomPeer): MeshStep {
  const opened = openLink(roomId, epoch, who, mesh.iceServers);
  const early = mesh.early.filter(({ from }) => from === who.peerId);
  const rest = mesh.early.filter(({ from }) => from !== who.peerId);
  const bare = hasRelay(mesh.iceServers) ? mesh.bare : [...mesh.bare, who.peerId];
  const begun: MeshStep = { ...opened, state: { ...mesh, links: { ...mesh.links, [who.peerId]: opened.state }, early: rest, bare } };
  return early.reduce((sofar, { from, ...numbered }) => chain(sofar, (now) => within(now, from, (link) => hear(link, numbered))), begun);
}

/**
 * Fresh servers are for every connection, above all for those that wait for them. A list without a relay replaces none that has
 * one: relays are what may come late.
 */
export function takeServers(mesh: Mesh, iceServers: readonly IceServer[] | undefined): MeshStep {
  if (iceServers === undefined) return step(mesh);
  const relays = hasRelay(iceServers);
  if (!relays && hasRelay(mesh.iceServers)) return restartAll(mesh);
  const told = Object.values(mesh.links)
    .filter(({ media }) => media !== 'unverified')
    .map(({ peer, policy }) => ({ type: 'peer-servers', peer, iceServers, policy }) as const);
  const given = step<Mesh, RoomEffect>({ ...mesh, iceServers }, ...told);
  return chain(given, relays ? restartFresh : restartAll);
}

function hasRelay(iceServers: readonly IceServer[]): boolean {
  return iceServers.some(({ urls }) => urls.some((url) => /^turns?:/u.test(url)));
}

/** All that wait try it with what servers there are, and once more with fresh ones. */
export function restartAll(mesh: Mesh): MeshStep {
  return attempt({ ...mesh, bare: [...new Set([...mesh.bare, ...mesh.restarting])] }, mesh.restarting);
}

function restartFresh(mesh: Mesh): MeshStep {
  return attempt({ ...mesh, bare: [] }, [...new Set([...mesh.restarting, ...mesh.bare])]);
}

function attempt(mesh: Mesh, peers: readonly string[]): MeshStep {
  if (peers.length === 0) return step(mesh);
  const begun: MeshStep = step({ ...mesh, restarting: [] }, { type: 'timer-off', timer: 'servers' });
  return peers.reduce((sofar, peer) => chain(sofar, (now) => within(now, peer, restart)), begun);
}

/** Asks for fresh servers first: passwords of TURN do not live long. The effect `join` is the machine's to add. */
export function wish(mesh: Mesh, peer: string): MeshStep {
  const link = mesh.links[peer];
  if (link === undefined || !mayRestart(link) || mesh.restarting.includes(peer)) return step(mesh);
  return step({ ...mesh, restarting: [...mesh.restarting, peer] }, { type: 'timer', timer: 'servers', ms: SERVERS_LIMIT_MS });
}

/** The socket is back: whatever was said into the old one may be lost. */
export function wishAll(mesh: Mesh): MeshStep {
  return Object.keys(mesh.links).reduce((sofar, peer) => chain(sofar, (now) => wish(now, peer)), step<Mesh, RoomEffect>(mesh));
}

export function hearFrom(mesh: Mesh, from: string, numbered: Numbered): MeshStep {
  if (mesh.links[from] !== undefined) return within(mesh, from, (link) => hear(link, numbered));
  return step({ ...mesh, early: keptEarly(mesh.early, { from, ...numbered }) });
}

export function keptEarly(early: readonly Early[], one: Early): readonly Early[] {
  return [...early, one].slice(-EARLY_MAX);
}

export function heedPeer(mesh: Mesh, peer: string, news: PeerNews): MeshStep {
  const heeded = within(mesh, peer, (link) => heed(link, news));
  return news.news === 'failed' ? chain(heeded, (now) => wish(now, peer)) : heeded;
}

export function due(mesh: Mesh, timer: LinkTimer, peer: string): MeshStep {
  switch (timer) {
    case 'gap':
      return within(mesh, peer, skipGap);
    case 'pause':
    case 'progress':
      return wish(mesh, peer);
    case 'identity':
      return within(mesh, peer, (link) => (link.held === undefined ? step(link) : distrust(link)));
    default:
      return timer satisfies never;
  }
}

/** With whom the connection was ended by what has happened, because a certificate was another than the announced one. */
export function distrusted(after: Mesh, before: Mesh): string | undefined {
  return Object.keys(after.links).find((peer) => after.links[peer]?.media === 'unverified' && before.links[peer]?.media !== 'unverified');
}

export function announcedBy(mesh: Mesh, from: string, sha256: string): MeshStep {
  return within(mesh, from, (link) => announced(link, sha256));
}

function within(mesh: Mesh, peer: string, act: (link: Link) => LinkStep): MeshStep {
  const link = mesh.links[peer];
  if (link === undefined) return step(mesh);
  const { state, effects } = act(link);
  return { state: state === link ? mesh : { ...mesh, links: { ...mesh.links, [peer]: state } }, effects };
}

function chain(first: MeshStep, next: (mesh: Mesh) => MeshStep): MeshStep {
  const { state, effects } = next(first.state);
  return { state, effects: [...first.effects, ...effects] };
}
