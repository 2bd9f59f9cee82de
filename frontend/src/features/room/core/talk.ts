import type { RoomEffect } from './effect';

import { fitsMessage } from '@/lib/core/message';
import { step, type Step } from '@/lib/machine';
import type { RoomPeer } from '@/protocol/messages';

/** Who was away is told so many of one's own lines again. */
export const REPEATED_MAX = 50;
const LINES_MAX = 500;
const REACTION_MS = 4000;
const REACTIONS_MAX = 12;

export interface Line {
  readonly key: string;
  /** Absent in one's own. */
  readonly from?: string;
  /** Who it was, also after they have left. */
  readonly nickname: string;
  /** The sender's own count. */
  readonly n: number;
  readonly text: string;
  readonly delivery: 'sending' | 'sent' | 'failed';
}

export interface Floating {
  readonly key: number;
  readonly mine: boolean;
  readonly emoji: string;
  readonly nickname: string;
}

/** What is said in a room, as far as this page has heard it. */
export interface Talk {
  readonly lines: readonly Line[];
  readonly ownN: number;
  readonly unread: number;
  readonly inView: boolean;
  readonly reactions: readonly Floating[];
  readonly reactionsSeen: number;
  /** By alias; who has left is still named. */
  readonly names: Readonly<Record<string, string>>;
  /** By alias of who is there: the own lines after this one were said to them. What was said before they came is not theirs. */
  readonly since: Readonly<Record<string, number>>;
}

export type TalkStep = Step<Talk, RoomEffect>;

export const SILENT: Talk = { lines: [], ownN: 0, unread: 0, inView: false, reactions: [], reactionsSeen: 0, names: {}, since: {} };

/** The id that a line's frame carries, so that its answer finds the line. */
export function lineId(n: number): string {
  return `room-line-${n}`;
}

export function learnNames(talk: Talk, peers: readonly RoomPeer[]): Talk {
  return { ...talk, names: { ...talk.names, ...Object.fromEntries(peers.map(({ peerId, nickname }) => [peerId, nickname])) } };
}

/** Whoever has come hears from now on. */
export function meet(talk: Talk, peers: readonly RoomPeer[]): Talk {
  const since = Object.fromEntries(peers.map(({ peerId }) => [peerId, talk.since[peerId] ?? talk.ownN]));
  return { ...learnNames(talk, peers), since };
}

/** Under another alias one is somebody new to all: they hear what is about to be said once more, and what floated is over. */
export function anew(talk: Talk, peers: readonly RoomPeer[]): Talk {
  const unsaid = talk.lines.find(({ from, delivery }) => from === undefined && delivery === 'sending');
  const said = unsaid === undefined ? talk.ownN : unsaid.n - 1;
  return { ...talk, since: Object.fromEntries(peers.map(({ peerId }) => [peerId, said])), reactions: [] };
}

export function nameOf({ names }: Talk, alias: string): string {
  return names[alias] ?? 'Somebody';
}

export function say(talk: Talk, roomId: string, typed: string): TalkStep {
  const text = typed.trim();
  if (text === '' || !fitsMessage(text)) return step(talk);
  const n = talk.ownN + 1;
  const line: Line = { key: `own-${n}`, nickname: '', n, text, delivery: 'sending' };
  return step({ ...talk, ownN: n, lines: kept([...talk.lines, line]) }, sendLine(roomId, line));
}

/** The same number again: who has heard it drops it. */
export function sayAgain(talk: Talk, roomId: string, n: number): TalkStep {
  const line = talk.lines.find((one) => one.from === undefined && one.n === n);
  if (line === undefined || line.delivery === 'sent') return step(talk);
  return step(withDelivery(talk, n, 'sending'), sendLine(roomId, line));
}

/** Whoever comes back after their socket was gone has missed what was said meanwhile. */
export function repeatTo({ lines, since, ownN }: Talk, roomId: string, to: string): readonly RoomEffect[] {
  const own = lines.filter(({ from, delivery, n }) => from === undefined && delivery !== 'failed' && n > (since[to] ?? ownN));
  return own.slice(-REPEATED_MAX).map(({ n, text }) => ({ type: 'send', frame: { action: 'send-message', data: { roomId, to, n, message: text } } }));
}

/** What was said into a socket that is gone. */
export function sayUnsent({ lines }: Talk, roomId: string): readonly RoomEffect[] {
  return lines.filter(({ from, delivery }) => from === undefined && delivery === 'sending').map((line) => sendLine(roomId, line));
}

export function heard(talk: Talk, from: string, n: number, text: string): Talk {
  const key = `${from}-${n}`;
  if (talk.lines.some((line) => line.key === key)) return talk;
  const line: Line = { key, from, nickname: nameOf(talk, from), n, text, delivery: 'sent' };
  const later = talk.lines.findIndex((one) => one.from === from && one.n > n);
  const lines = later < 0 ? [...talk.lines, line] : talk.lines.toSpliced(later, 0, line);
  return { ...talk, lines: kept(lines), unread: talk.inView ? 0 : talk.unread + 1 };
}

export function delivered(talk: Talk, id: string, delivery: Line['delivery']): Talk {
  const line = talk.lines.find((one) => one.from === undefined && lineId(one.n) === id);
  return line === undefined || line.delivery === 'sent' ? talk : withDelivery(talk, line.n, delivery);
}

export function float(talk: Talk, emoji: string, from?: string): TalkStep {
  const key = talk.reactionsSeen + 1;
  const one: Floating = { key, mine: from === undefined, emoji, nickname: from === undefined ? 'You' : nameOf(talk, from) };
  const reactions = [...talk.reactions, one].slice(-REACTIONS_MAX);
  return step({ ...talk, reactions, reactionsSeen: key }, { type: 'fade', key, ms: REACTION_MS });
}

export function faded(talk: Talk, key: number): Talk {
  return { ...talk, reactions: talk.reactions.filter((one) => one.key !== key) };
}

export function viewed(talk: Talk, inView: boolean): Talk {
  return { ...talk, inView, unread: inView ? 0 : talk.unread };
}

function withDelivery(talk: Talk, n: number, delivery: Line['delivery']): Talk {
  return { ...talk, lines: talk.lines.map((line) => (line.from === undefined && line.n === n ? { ...line, delivery } : line)) };
}

function kept(lines: readonly Line[]): readonly Line[] {
  return lines.slice(-LINES_MAX);
}

function sendLine(roomId: string, { n, text }: Line): RoomEffect {
  return { type: 'send', frame: { action: 'send-message', id: lineId(n), data: { roomId, n, message: text } } };
}
