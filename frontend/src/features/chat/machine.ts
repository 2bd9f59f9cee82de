import { fitsMessage } from '@/lib/core/message';
import { step, type Step } from '@/lib/machine';
import type { ChatLine, ClientFrame } from '@/protocol/messages';

/** A session's log is short; older lines leave the page. */
const LINES_MAX = 500;
/** How long a reaction floats. */
export const REACTION_MS = 4000;
const REACTIONS_MAX = 12;

export interface Line {
  readonly key: string;
  readonly mine: boolean;
  /** The sender's own count. */
  readonly n: number;
  readonly text: string;
  /** Server time where known. */
  readonly atMs: number;
  readonly delivery: 'sending' | 'sent' | 'failed';
}

export interface Reaction {
  readonly key: number;
  readonly mine: boolean;
  readonly emoji: string;
}

export interface ChatState {
  /** Absent when nobody is there to talk to. */
  readonly sessionId?: string;
  readonly lines: readonly Line[];
  /** The partner's lines that came while the chat was not in view. */
  readonly unread: number;
  readonly inView: boolean;
  /** The highest own number that was used. */
  readonly ownN: number;
  /** The partner's highest number that was heard. */
  readonly heardN: number;
  readonly reactions: readonly Reaction[];
  readonly reactionsSeen: number;
}

export type ChatEvent =
  | { readonly type: 'begin'; readonly sessionId: string; readonly chat: readonly ChatLine[]; readonly ownN: number }
  | { readonly type: 'end' }
  | { readonly type: 'say'; readonly text: string; readonly nowMs: number }
  | { readonly type: 'again'; readonly n: number }
  | { readonly type: 'heard'; readonly sessionId: string; readonly n: number; readonly message: string; readonly sentAtMs: number }
  | { readonly type: 'acknowledged'; readonly id: string }
  | { readonly type: 'refused'; readonly id: string; readonly passing: boolean }
  | { readonly type: 'react'; readonly emoji: string }
  | { readonly type: 'reacted'; readonly sessionId: string; readonly emoji: string }
  | { readonly type: 'faded'; readonly key: number }
  | { readonly type: 'viewed'; readonly inView: boolean };

export type ChatEffect =
  | { readonly type: 'send'; readonly frame: ClientFrame }
  /** Numbers must not begin anew after a reload: the partner would take the new lines for repeats. */
  | { readonly type: 'remember'; readonly sessionId: string; readonly ownN: number }
  | { readonly type: 'fade'; readonly key: number; readonly ms: number };

type ChatStep = Step<ChatState, ChatEffect>;

export const CHAT_SILENT: ChatState = {
  lines: [],
  unread: 0,
  inView: true,
  ownN: 0,
  heardN: 0,
  reactions: [],
  reactionsSeen: 0,
};

export function reduceChat(state: ChatState, event: ChatEvent): ChatStep {
  switch (event.type) {
    case 'begin':
      return begin(state, event);
    case 'end':
      return step(state.sessionId === undefined ? state : { ...CHAT_SILENT, inView: state.inView });
    case 'say':
      return say(state, event.text, event.nowMs);
    case 'again':
      return again(state, event.n);
    case 'heard':
      return heard(state, event);
    case 'acknowledged':
      return delivered(state, event.id, 'sent');
    case 'refused':
      return delivered(state, event.id, event.passing ? 'sending' : 'failed');
    case 'react':
      return react(state, event.emoji);
    case 'reacted':
      return event.sessionId === state.sessionId ? float(state, event.emoji, false) : step(state);
    case 'faded':
      return step({ ...state, reactions: state.reactions.filter(({ key }) => key !== event.key) });
    case 'viewed':
      return event.inView === state.inView ? step(state) : step({ ...state, inView: event.inView, unread: event.inView ? 0 : state.unread });
    default:
      return event satisfies never;
  }
}

/** The id that a line's frame carries, so that its answer finds the line. */
export function lineId(n: number): string {
  return `line-${n}`;
}

/** Begins a session's chat, or catches up with its log after a reload or a lost socket. */
function begin(state: ChatState, event: ChatEvent & { type: 'begin' }): ChatStep {
  const { sessionId, chat } = event;
  const known = state.sessionId === sessionId ? state : { ...CHAT_SILENT, inView: state.inView, sessionId };
  const logged = chat.map(fromLog);
  const loggedKeys = new Set(logged.map(({ key }) => key));
  const lines = [...known.lines.filter(({ key }) => !loggedKeys.has(key)), ...logged];
  const caughtUp = {
    ...known,
    lines: tidy(lines),
    ownN: Math.max(known.ownN, event.ownN, highest(logged, true)),
    heardN: Math.max(known.heardN, highest(logged, false)),
  };
  const unsent = caughtUp.lines.filter(({ mine, delivery }) => mine && delivery === 'sending');
  return step(caughtUp, ...unsent.map((line) => sendLine(sessionId, line)));
}

function say(state: ChatState, typed: string, nowMs: number): ChatStep {
  const text = typed.trim();
  if (state.sessionId === undefined || text === '' || !fitsMessage(text)) return step(state);
  const n = state.ownN + 1;
  const line: Line = { key: key(true, n), mine: true, n, text, atMs: nowMs, delivery: 'sending' };
  return step(
    { ...state, ownN: n, lines: tidy([...state.lines, line]) },
    { type: 'remember', sessionId: state.sessionId, ownN: n },
    sendLine(state.sessionId, line),
  );
}

/** The same number again: the server and the partner drop it when it arrived after all. */
function again(state: ChatState, n: number): ChatStep {
  const line = state.lines.find((candidate) => candidate.mine && candidate.n === n);
  if (line === undefined || state.sessionId === undefined || line.delivery === 'sent') return step(state);
  return step(withDelivery(state, n, 'sending'), sendLine(state.sessionId, line));
}

function heard(state: ChatState, event: ChatEvent & { type: 'heard' }): ChatStep {
  const { sessionId, n, message, sentAtMs } = event;
  if (sessionId !== state.sessionId || state.lines.some((line) => line.key === key(false, n))) return step(state);
  const line: Line = { key: key(false, n), mine: false, n, text: message, atMs: sentAtMs, delivery: 'sent' };
  return step({
    ...state,
    lines: tidy([...state.lines, line]),
    heardN: Math.max(state.heardN, n),
    unread: state.inView ? 0 : state.unread + 1,
  });
}

function delivered(state: ChatState, id: string, delivery: Line['delivery']): ChatStep {
  const line = state.lines.find((candidate) => candidate.mine && lineId(candidate.n) === id);
  return line === undefined || line.delivery === 'sent' ? step(state) : step(withDelivery(state, line.n, delivery));
}

function withDelivery(state: ChatState, n: number, delivery: Line['delivery']): ChatState {
  return { ...state, lines: state.lines.map((line) => (line.mine && line.n === n ? { ...line, delivery } : line)) };
}

function react(state: ChatState, emoji: string): ChatStep {
  if (state.sessionId === undefined) return step(state);
  const floating = float(state, emoji, true);
  const frame: ClientFrame = { action: 'send-reaction', data: { sessionId: state.sessionId, emoji } };
  return step(floating.state, { type: 'send', frame }, ...floating.effects);
}

function float(state: ChatState, emoji: string, mine: boolean): ChatStep {
  const reactionKey = state.reactionsSeen + 1;
  const reactions = [...state.reactions, { key: reactionKey, mine, emoji }].slice(-REACTIONS_MAX);
  return step(
    { ...state, reactions, reactionsSeen: reactionKey },
    { type: 'fade', key: reactionKey, ms: REACTION_MS },
  );
}

function key(mine: boolean, n: number): string {
  return `${mine ? 'mine' : 'theirs'}-${n}`;
}

function fromLog({ own, n, message, sentAt }: ChatLine): Line {
  return { key: key(own, n), mine: own, n, text: message, atMs: sentAt, delivery: 'sent' };
}

function highest(lines: readonly Line[], mine: boolean): number {
  return lines.reduce((most, line) => (line.mine === mine ? Math.max(most, line.n) : most), 0);
}

/** Merges the two voices by time, never against a sender's own count: the gateway promises no order. */
function tidy(lines: readonly Line[]): readonly Line[] {
  const byCount = (a: Line, b: Line): number => a.n - b.n;
  const mine = lines.filter((line) => line.mine).toSorted(byCount);
  const theirs = lines.filter((line) => !line.mine).toSorted(byCount);
  const merged: Line[] = [];
  for (const line of mine) {
    while (theirs[0] !== undefined && theirs[0].atMs <= line.atMs) merged.push(...theirs.splice(0, 1));
    merged.push(line);
  }
  return [...merged, ...theirs].slice(-LINES_MAX);
}

function sendLine(sessionId: string, { n, text }: Line): ChatEffect {
  return { type: 'send', frame: { action: 'send-message', id: lineId(n), data: { sessionId, n, message: text } } };
}
