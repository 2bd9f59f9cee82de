import { createPacer, type Pacer } from '@/lib/signaling/pacer';

import type { Clock } from '@/lib/ports';
import type { ClientFrame, ServerFrame } from '@/protocol/messages';

/** The server relays 20 candidates a second to one recipient; a burst and the flow after it stay within that. */
const SIGNALS_PER_SECOND = 10;
/** Recipients of whom this many are newer have long been answered. */
const RECIPIENTS_MAX = 32;
/** A candidate that is refused as one too many is sent so often: who hears it later than that has gone on without it; */
const TRIES_MAX = 2;
/** after this, where the refusal does not say when. */
const RETRY_MS = 1000;
/** Candidates of which this many are newer have been answered, or never will be. */
const UNANSWERED_MAX = 500;

export interface RelayPorts {
  readonly send: (frame: ClientFrame) => void;
  readonly onFrame: (listener: (frame: ServerFrame) => void) => void;
}

interface Unanswered {
  readonly frame: ClientFrame;
  readonly tries: number;
}

/**
 * Sends frames at once, but signals to one recipient no faster than they are relayed, and in order but for candidates
 * that the server refuses as too many: they are sent again under the same number, and who has heard one drops it.
 */
export function createRelay(clock: Clock, { send, onFrame }: RelayPorts): (frame: ClientFrame) => void {
  const unanswered = new Map<string, Unanswered>();
  let candidates = 0;
  const sendHeeded = (one: Unanswered): void => {
    const id = `candidate-${(candidates += 1)}`;
    unanswered.set(id, one);
    const [oldest] = unanswered.keys();
    if (unanswered.size > UNANSWERED_MAX && oldest !== undefined) unanswered.delete(oldest);
    send({ ...one.frame, id });
  };
  const pacerOf = pacers(clock, (one) => (one.frame.action === 'send-candidate' ? sendHeeded(one) : send(one.frame)));
  const push = (one: Unanswered, recipient: string): void => pacerOf(recipient).push(one);

  onFrame((answer) => {
    const one = answer.id === undefined ? undefined : unanswered.get(answer.id);
    if (one === undefined || answer.id === undefined || (answer.event !== 'ack' && answer.event !== 'error')) return;
    unanswered.delete(answer.id);
    const recipient = recipientOf(one.frame);
    if (answer.event === 'ack' || recipient === undefined || answer.data.code !== 'rate_limited' || one.tries >= TRIES_MAX) return;
    const { retryAfterSeconds } = answer.data;
    const waitMs = retryAfterSeconds === undefined ? RETRY_MS : retryAfterSeconds * 1000;
    clock.after(waitMs, () => push({ frame: one.frame, tries: one.tries + 1 }, recipient));
  });

  return (frame) => {
    const recipient = recipientOf(frame);
    if (recipient === undefined) send(frame);
    else push({ frame, tries: 1 }, recipient);
  };
}

function pacers(clock: Clock, release: (one: Unanswered) => void): (recipient: string) => Pacer<Unanswered> {
  const all = new Map<string, Pacer<Unanswered>>();
  return (recipient) => {
    const pacer = all.get(recipient) ?? createPacer(clock, SIGNALS_PER_SECOND, release);
    all.delete(recipient);
    all.set(recipient, pacer);
    const [oldest] = all.keys();
    if (all.size > RECIPIENTS_MAX && oldest !== undefined) all.delete(oldest);
    return pacer;
  };
}

function recipientOf(frame: ClientFrame): string | undefined {
  switch (frame.action) {
    case 'send-offer':
    case 'send-answer':
    case 'send-candidate':
      return 'roomId' in frame.data ? `${frame.data.roomId} ${frame.data.to}` : frame.data.sessionId;
    default:
      return undefined;
  }
}
