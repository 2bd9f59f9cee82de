import type { ReactNode } from 'react';

import type { Out, Waiting } from './core/state';
import { endingOf, roomName } from './core/words';

import { Button } from '@/components/ui/button';
import { SeekingRing } from '@/components/ui/ring';
import { Mark } from '@/components/ui/wordmark';

/** Before the door, until the host opens. */
export function WaitingCard({ state, self, onLeave }: { readonly state: Waiting; readonly self: ReactNode; readonly onLeave: () => void }) {
  return (
    <main tabIndex={-1} className="meeting arrive">
      <SeekingRing>
        <div className="seeking-self">{self}</div>
      </SeekingRing>
      <div className="meeting-words">
        <p className="meeting-eyebrow">{roomName(state.name)}</p>
        <h1>{state.hosted ? 'Waiting for the host to let you in' : 'Waiting for the host to come'}</h1>
        <p role="status" className="meeting-detail">
          {state.hosted
            ? 'They see your nickname. You come in by yourself as soon as they open.'
            : 'Nobody is here yet who can let you in. This page goes on waiting: leave it open.'}
        </p>
      </div>
      <Button look="quiet" large onPress={onLeave}>
        Leave
      </Button>
    </main>
  );
}

export interface OutCardProps {
  readonly state: Out;
  readonly onAgain: () => void;
  readonly onStart: () => void;
}

/** Why one is out, and the ways on. */
export function OutCard({ state, onAgain, onStart }: OutCardProps) {
  const { title, detail, again } = endingOf(state.why);
  return (
    <main tabIndex={-1} className="meeting arrive">
      <div className="meeting-mark">
        <Mark />
      </div>
      <div className="meeting-words">
        {state.name !== undefined && <p className="meeting-eyebrow">{state.name}</p>}
        <h1>{title}</h1>
        <p className="meeting-detail">{detail}</p>
      </div>
      <div className="meeting-ways">
        {again && (
          <Button large onPress={onAgain}>
            Join again
          </Button>
        )}
        <Button look={again ? 'quiet' : 'primary'} large onPress={onStart}>
          Back to the start
        </Button>
      </div>
    </main>
  );
}
