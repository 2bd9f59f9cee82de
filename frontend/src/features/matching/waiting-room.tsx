import type { ReactNode } from 'react';

import type { Matching } from './matching';
import { useMatching } from './use-matching';

import { Button } from '@/components/ui/button';
import { ProblemNotice } from '@/components/ui/notice';
import { SeekingRing } from '@/components/ui/ring';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';

export interface WaitingRoomProps {
  readonly matching: Matching;
  readonly clock: Clock;
  readonly online: boolean;
  /** One's own picture, in the middle of the ring. */
  readonly self: ReactNode;
  /** What else is waited for. */
  readonly also: ReactNode;
  readonly onCancel: () => void;
}

export function WaitingRoom({ matching, clock, online, self, also, onCancel }: WaitingRoomProps) {
  const { tags, seeking, wait, waitingSinceMs, problem } = useMatching(matching);
  return (
    <main tabIndex={-1} className="meeting arrive">
      <SeekingRing>
        <div className="seeking-self">{self}</div>
      </SeekingRing>
      <div className="meeting-words">
        <div role="status">
          <h1>{online ? seeking : 'Getting you in…'}</h1>
        </div>
        <p className="meeting-detail">{online && wait !== undefined ? wait : 'You will be connected the moment somebody fits.'}</p>
        <Elapsed clock={clock} sinceMs={waitingSinceMs} />
        {also}
      </div>
      {tags.length > 0 && (
        <ul className="chips meeting-chips" aria-label="Your interests">
          {tags.map(({ tag, waiting }) => (
            <li key={tag} className="chip">
              {tag}
              {waiting !== undefined && <strong title={`${waiting} waiting for this`}>{waiting}</strong>}
            </li>
          ))}
        </ul>
      )}
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <Button look="quiet" large onPress={onCancel}>
        Cancel
      </Button>
    </main>
  );
}

function Elapsed({ clock, sinceMs }: { readonly clock: Clock; readonly sinceMs: number | undefined }) {
  const now = useNow(clock, 1000);
  const seconds = Math.max(0, Math.floor((now - (sinceMs ?? now)) / 1000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <p className="meeting-elapsed">Waiting for {text}</p>;
}
