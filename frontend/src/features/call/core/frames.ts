import type { CallEffect } from './effect';

import type { Matched, StatusName } from '@/protocol/messages';

export function hangUp({ details: { sessionId } }: { readonly details: Matched }): CallEffect {
  return { type: 'send', frame: { action: 'end-call', data: { sessionId } } };
}

export function status({ sessionId, epoch }: Matched, what: Exclude<StatusName, 'signaling-failed'>, connectionTimeMs?: number): CallEffect {
  const data = { sessionId, status: what, epoch, ...(connectionTimeMs !== undefined && { connectionTimeMs }) };
  return { type: 'send', frame: { action: 'connection-status', data } };
}
