import type { Link } from './link';
import type { Inside, OutCause } from './state';
import { nameOf, SILENT, type Talk } from './talk';

import type { Problem } from '@/lib/core/problem';
import { problemText } from '@/lib/core/problem';
import type { Connected } from '@/lib/core/safety-words';
import type { IceServer, NewPeer, Participant, PeerLeft, RoomAnswer, RoomPeer, RoomState } from '@/protocol/messages';

interface Seen {
  readonly view: RoomState;
  readonly iceServers: readonly IceServer[] | undefined;
  readonly told?: string | undefined;
}

/** The state that an event holds, and what has happened by it, in words. */
export function toldOf(event: 'participant' | 'new-peer' | 'peer-left', data: Participant | NewPeer | PeerLeft, talk: Talk = SILENT): Seen {
  const seen: Seen = { view: data, iceServers: 'iceServers' in data ? data.iceServers : undefined };
  if (event === 'participant' || !('peerId' in data)) return seen;
  return { ...seen, told: 'nickname' in data ? `${data.nickname} came in` : leftText(nameOf(talk, data.peerId), data.reason) };
}

function leftText(name: string, reason: string): string | undefined {
  switch (reason) {
    case 'removed':
      return `${name} was removed by the host`;
    case 'lost':
      return `${name} lost the connection`;
    case 'held':
      return `${name} did not come back from another call`;
    // Their page was loaded anew: they are back already.
    case 'again':
      return undefined;
    default:
      return `${name} left`;
  }
}

/** Why somebody is seen no more: a certificate was not theirs. */
export function distrustText(name: string): string {
  return `You are not connected with ${name}: someone in between may have tried to listen`;
}

/** Without it the others would take what comes from here for somebody else's. */
export const NO_CERTIFICATE: Problem = {
  code: 'conflict',
  message: 'Your browser did not make the key by which the others know you. Load this page again; if that does not help, use another browser.',
};

/** Somebody else's screen is shown instead of the own one. */
export const UNSHOWN_TEXT = 'Your screen is not shown any more: one is shown at a time, and it is somebody else’s now';

/** What stands on somebody's tile besides their name; nothing where all is well. */
export function markOf({ presence }: RoomPeer, link: Link | undefined): string | undefined {
  if (presence === 'held') return 'In another call';
  if (link?.media === 'unverified') return 'Could not be verified';
  if (presence === 'lost') return 'Away';
  if (link?.media === 'connected') return undefined;
  return link?.media === 'reconnecting' ? 'Reconnecting…' : 'Connecting…';
}

/** Both certificates of a connection, for words to compare; nothing while one is unknown, or with who could not be verified. */
export function connectedOf(link: Link | undefined): Connected | undefined {
  if (link?.ownSha256 === undefined || link.sha256 === undefined || link.media === 'unverified') return undefined;
  return { place: link.roomId, own: link.ownSha256, peer: link.sha256 };
}

export function roomName(name: string | undefined): string {
  return name ?? 'Room';
}

export interface Ending {
  readonly title: string;
  readonly detail: string;
  /** Whether it makes sense to knock again. */
  readonly again: boolean;
}

const ENDINGS: Readonly<Record<OutCause, Ending>> = {
  left: { title: 'You left the room', detail: 'The others go on without you.', again: true },
  lost: { title: 'You were away too long', detail: 'Your connection was gone, and your place was given up.', again: true },
  removed: { title: 'You were removed', detail: 'The host has taken you out of this room.', again: false },
  refused: { title: 'The host did not let you in', detail: 'Ask whoever gave you the link, if you think that you should be there.', again: false },
  moderation: { title: 'You are out of the room', detail: 'A moderator has ended it for you.', again: false },
  closed: { title: 'The room is closed', detail: 'The last one has left. Make a new room, or ask for another link.', again: false },
  gone: { title: 'There is no such room', detail: 'The last one has left, or the link is not complete. Ask for a new one, or make a room of your own.', again: false },
};

export function endingOf(why: OutCause): Ending {
  return ENDINGS[why];
}

/** How many are there, before one comes in. */
export function crowdText({ participants, capacity }: RoomAnswer): string {
  if (participants === 0) return `Nobody is here yet. There is room for ${capacity}.`;
  if (participants >= capacity) return `${participants} of ${capacity} are here: it is full.`;
  return `${participants === 1 ? '1 person is' : `${participants} people are`} here. There is room for ${capacity - participants} more.`;
}

/** At the door the server's own words say best what is in the way. */
export function doorProblemText(problem: Problem): string {
  const { code, message } = problem;
  const own = code === 'rate_limited' || code === 'not_in_session' || code === 'not_found';
  return own && message !== '' ? message : problemText(problem);
}

/** Whether one is the host. */
export function canGovern({ view }: Inside): boolean {
  return view.hostPeerId === view.ownPeerId;
}
