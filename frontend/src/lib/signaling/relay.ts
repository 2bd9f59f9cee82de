import { createPacer, type Pacer } from '@/lib/signaling/pacer';

import type { Clock } from '@/lib/ports';
import type { ClientFrame } from '@/protocol/messages';

/** The server relays 20 candidates a second to one recipient; a burst and the flow after it stay within that. */
const SIGNALS_PER_SECOND = 10;
/** Recipients of whom this many are newer have long been answered. */
const RECIPIENTS_MAX = 32;

/** Sends frames at once, but signals to one recipient no faster than they are relayed, and in order. */
export function createRelay(clock: Clock, send: (frame: ClientFrame) => void): (frame: ClientFrame) => void {
  const pacers = new Map<string, Pacer<ClientFrame>>();
  const pacerOf = (recipient: string): Pacer<ClientFrame> => {
    const pacer = pacers.get(recipient) ?? createPacer(clock, SIGNALS_PER_SECOND, send);
    pacers.delete(recipient);
    pacers.set(recipient, pacer);
    const [oldest] = pacers.keys();
    if (pacers.size > RECIPIENTS_MAX && oldest !== undefined) pacers.delete(oldest);
    return pacer;
  };
  return (frame) => {
    const recipient = recipientOf(frame);
    if (recipient === undefined) send(frame);
    else pacerOf(recipient).push(frame);
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
