import type { CallEffect } from './effect';

import type { ClientFrame, Matched, StatusName } from '@/protocol/messages';

export function hangUp({ details: { sessionId } }: { readonly details: Matched }): CallEffect & { type: 'send' } {
  return { type: 'send', frame: { action: 'end-call', data: { sessionId } } };
}

export function status({ sessionId, epoch }: Matched, what: Exclude<StatusName, 'signaling-failed'>): CallEffect {
  return { type: 'send', frame: { action: 'connection-status', data: { sessionId, status: what, epoch } } };
}

/** That media flows for the first time, and how long that took. */
export function firstConnected({ sessionId, epoch }: Matched, connectionTimeMs: number): ClientFrame & { action: 'connection-status' } {
  return { action: 'connection-status', data: { sessionId, status: 'connected', epoch, connectionTimeMs } };
}
