import type { EndCause, Ended } from './state';

import { spanText } from './countdown';

/** What ended, and why, in words for the person who stays. */
export interface EndingText {
  readonly title: string;
  readonly detail: string;
  readonly good: boolean;
}

export function endingText(ended: Pick<Ended, 'cause' | 'durationMs' | 'everConnected' | 'details'>): EndingText {
  const { kind, peer } = ended.details;
  const text = strangersEnding(ended);
  if (kind === 'stranger' || !PLAIN.has(ended.cause)) return text;
  // Among friends it is no matter who has hung up.
  return { title: `Call with ${peer.nickname} ended`, detail: `You and ${peer.nickname} had ${spanText(ended.durationMs)}.`, good: true };
}

const PLAIN: ReadonlySet<EndCause> = new Set<EndCause>(['timeout', 'clock', 'own', 'skipped', 'peer-left']);

/** Among strangers both may ask for each other once more, unless the call ended as it should not, or never was one. */
export function mayMeetAgain({ cause, everConnected, details: { kind } }: Pick<Ended, 'cause' | 'everConnected' | 'details'>): boolean {
  return kind === 'stranger' && everConnected && (PLAIN.has(cause) || cause === 'lost');
}

function strangersEnding(ended: Pick<Ended, 'cause' | 'durationMs' | 'everConnected' | 'details'>): EndingText {
  const name = ended.details.peer.nickname;
  const lasted = `You and ${name} had ${spanText(ended.durationMs)}.`;
  switch (ended.cause) {
    case 'timeout':
    case 'clock':
      return { title: 'Time’s up', detail: lasted, good: true };
    case 'own':
      return { title: 'You ended the call', detail: lasted, good: true };
    case 'skipped':
      return { title: `${name} moved on`, detail: 'It happens. Somebody else is just a moment away.', good: false };
    case 'peer-left':
      return { title: `${name} left the call`, detail: lasted, good: false };
    case 'moderation':
      return { title: 'The call was ended', detail: 'A moderator stepped in.', good: false };
    case 'failed':
      return { title: 'The call did not come about', detail: `${name} could not be reached. That was not your fault.`, good: false };
    case 'lost':
      return { title: 'The call is over', detail: 'It ended while your connection was away.', good: false };
    case 'identity':
      return {
        title: 'We hung up to protect you',
        detail: `This connection did not lead straight to ${name}: someone in between may have tried to listen. Use another network before you try again.`,
        good: false,
      };
    default:
      return ended.cause satisfies never;
  }
}
