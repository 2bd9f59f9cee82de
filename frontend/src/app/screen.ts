import type { RoomMachineState } from '@/features/room/core/state';
import { isCalling, type RingState } from '@/features/ringing/machine';

/** Everything the page can show. */
export type Screen = 'link' | 'barred' | 'restoring' | 'superseded' | 'call' | 'room' | 'door' | 'ringing' | 'unanswered' | 'waiting' | 'ended' | 'green-room';

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
  readonly room: RoomMachineState['phase'];
}

/** Which screen the facts ask for. A call hides everything, also a room, whose place is kept; waiting hides what ended before it. */
export function screen({ link, barred, restoring, displaced, ringing, matching, call, room }: ScreenFacts): Screen {
  if (link) return 'link';
  if (barred) return 'barred';
  if (displaced) return 'superseded';
  if (call === 'live') return 'call';
  if (room === 'inside') return 'room';
  if (isCalling(ringing)) return 'ringing';
  if (ringing === 'over') return 'unanswered';
  if (matching === 'joining' || matching === 'waiting') return 'waiting';
  if (call === 'ended') return 'ended';
  if (room !== 'none') return restoring && room === 'door' ? 'restoring' : 'door';
  return restoring ? 'restoring' : 'green-room';
}
