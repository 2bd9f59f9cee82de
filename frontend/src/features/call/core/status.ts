import type { Live } from './state';

/** How the call is, for eyes and ears: one short line and a colour. */
export interface CallStatus {
  readonly text: string;
  readonly tone: 'good' | 'busy' | 'bad';
}

/** @param online whether our own socket to the server is open */
export function callStatus(call: Live, online: boolean): CallStatus {
  if (call.partnerAway) return { text: 'Partner reconnecting…', tone: 'busy' };
  switch (call.media) {
    case 'connecting':
      return { text: 'Connecting…', tone: 'busy' };
    case 'reconnecting':
      return { text: 'Reconnecting…', tone: 'busy' };
    case 'failed':
      return { text: 'Failed: no direct path to your partner', tone: 'bad' };
    case 'connected':
      return online ? { text: 'Connected', tone: 'good' } : { text: 'Connected, chat is coming back…', tone: 'busy' };
    default:
      return call.media satisfies never;
  }
}
