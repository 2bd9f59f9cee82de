import type { PeerAsk } from '@/lib/core/signal';
import type { Peer } from '@/lib/rtc/peer';

/** Does what a machine asks of a connection; where there is none any more, nothing. */
export function askPeer(peer: Peer | undefined, ask: PeerAsk): void {
  switch (ask.type) {
    case 'peer-servers':
      return peer?.configure(ask.iceServers, ask.policy);
    case 'peer-offer':
      return peer?.offer(ask.restart, ask.offer);
    case 'peer-answer':
      return peer?.answer(ask.offer);
    case 'peer-accept':
      return peer?.accept(ask.answer);
    case 'peer-candidate':
      return peer?.candidate(ask.candidate);
    default:
      return ask satisfies never;
  }
}
