import { isCalling, type RingState } from '@/features/ringing/machine';

/** Everything the page can show. */
export type Screen = 'link' | 'barred' | 'restoring' | 'superseded' | 'call' | 'ringing' | 'unanswered' | 'waiting' | 'ended' | 'green-room';

export interface ScreenFacts {
  /** The page was opened by a link from a mail that is not done with. */
  readonly link: boolean;
  /** A reload is being made good: the server has not said yet where we are. */
  readonly restoring: boolean;
  /** Moderators keep this person from meeting people, or have just ceased to. */
  readonly barred: boolean;
  /** Another page of the same person has taken over what went on here. */
  readonly displaced: boolean;
  /** Who is rung keeps the screen they are on. */
  readonly ringing: RingState['phase'];
  readonly matching: 'idle' | 'joining' | 'waiting' | 'leaving';
  readonly call: 'none' | 'live' | 'ended';
}

/** Which screen the facts ask for. A call hides everything, waiting hides what ended before it. */
export function screen({ link, barred, restoring, displaced, ringing, matching, call }: ScreenFacts): Screen {
  if (link) return 'link';
  if (barred) return 'barred';
  if (displaced) return 'superseded';
  if (call === 'live') return 'call';
  if (isCalling(ringing)) return 'ringing';
  if (ringing === 'over') return 'unanswered';
  if (matching === 'joining' || matching === 'waiting') return 'waiting';
  if (call === 'ended') return 'ended';
  return restoring ? 'restoring' : 'green-room';
}
