import type { ServerFrame } from '@/protocol/messages';

/** Every event this page understands; the table must name them all or it does not compile. */
const KNOWN: Readonly<Record<ServerFrame['event'], true>> = {
  connected: true,
  'queue-joined': true,
  'queue-update': true,
  'queue-left': true,
  rematched: true,
  matched: true,
  'match-details': true,
  signaling: true,
  offer: true,
  answer: true,
  candidate: true,
  fingerprint: true,
  message: true,
  reaction: true,
  'peer-reconnecting': true,
  'peer-reconnected': true,
  'session-ended': true,
  'ice-servers': true,
  'session-warning': true,
  'extend-requested': true,
  'session-extended': true,
  'call-request': true,
  'call-ringing': true,
  'call-accepted': true,
  'call-rejected': true,
  'call-cancelled': true,
  'call-timeout': true,
  'call-busy': true,
  'friend-request': true,
  'friend-accepted': true,
  participant: true,
  'new-peer': true,
  'peer-left': true,
  'room-waiting': true,
  'room-ended': true,
  'mute-all': true,
  'moderation-warning': true,
  'moderation-action': true,
  superseded: true,
  'server-draining': true,
  pong: true,
  ack: true,
  error: true,
};

export type Heard =
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  /** Newer servers may say more than this page knows. */
  | { readonly kind: 'unknown' };

export function parseServerFrame(text: string): Heard {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('event' in value)) return { kind: 'unknown' };
  const { event } = value;
  if (typeof event !== 'string' || !Object.hasOwn(KNOWN, event)) return { kind: 'unknown' };
  return { kind: 'frame', frame: value as ServerFrame };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
