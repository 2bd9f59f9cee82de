import type { ReactNode } from 'react';

import { MODE_TEXT, overText } from './core/words';
import type { Ringing } from './ringing';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { PhoneIcon } from '@/components/ui/icons';
import { SeekingRing } from '@/components/ui/ring';
import { useRunner } from '@/lib/use-runner';

export interface CallingRoomProps {
  readonly ringing: Ringing;
  /** One's own picture, in the middle of the ring. */
  readonly self: ReactNode;
}

export function CallingRoom({ ringing, self }: CallingRoomProps) {
  const state = useRunner(ringing);
  if (state.phase !== 'asking' && state.phase !== 'calling' && state.phase !== 'answered' && state.phase !== 'accepting') return null;
  const { nickname, mode } = state.phase === 'asking' ? state.whom : state.ring;
  const rings = state.phase === 'asking' || state.phase === 'calling';
  return (
    <main tabIndex={-1} className="meeting arrive">
      <SeekingRing>
        <div className="seeking-self">{self}</div>
      </SeekingRing>
      <div className="meeting-words">
        <div role="status">
          <h1>{rings ? `Calling ${nickname}…` : `Connecting to ${nickname}…`}</h1>
        </div>
        <p className="meeting-detail">{state.phase === 'calling' ? `${MODE_TEXT[mode]} · it rings there now` : MODE_TEXT[mode]}</p>
      </div>
      <Button look="quiet" large onPress={() => ringing.send({ type: 'cancel' })}>
        Cancel
      </Button>
    </main>
  );
}

export interface UnansweredCardProps {
  readonly ringing: Ringing;
  readonly onAgain: (whom: { readonly userId: string; readonly nickname: string }) => void;
}

/** Nobody talks: why, and the ways on. */
export function UnansweredCard({ ringing, onAgain }: UnansweredCardProps) {
  const state = useRunner(ringing);
  if (state.phase !== 'over') return null;
  const { whom, why, problem } = state;
  const { title, detail } = overText(whom.nickname, why, problem);
  return (
    <main tabIndex={-1} className="meeting arrive">
      <div className="meeting-face">
        <Avatar name={whom.nickname} />
      </div>
      <div className="meeting-words" role="status">
        <h1>{title}</h1>
        <p className="meeting-detail">{detail}</p>
      </div>
      <div className="meeting-ways">
        <Button large refused={problem} onPress={() => onAgain(whom)}>
          <PhoneIcon />
          Call again
        </Button>
        <Button look="quiet" large onPress={() => ringing.send({ type: 'close' })}>
          Close
        </Button>
      </div>
    </main>
  );
}
