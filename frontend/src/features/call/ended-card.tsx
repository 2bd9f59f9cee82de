import type { ReactNode } from 'react';

import { endingText } from './core/ending';
import type { Ended } from './core/state';

import { Button } from '@/components/ui/button';
import { CheckIcon, PhoneIcon } from '@/components/ui/icons';
import { Ring } from '@/components/ui/ring';
import { Mark } from '@/components/ui/wordmark';

export interface EndedCardProps {
  readonly ended: Ended;
  readonly onNext: () => void;
  readonly onLeave: () => void;
  /** Rings the friend again, where it is known whom. */
  readonly onAgain?: () => void;
  /** Once more with the same person. */
  readonly rematch?: ReactNode;
  /** What else there is to do about the partner. */
  readonly aside?: ReactNode;
  /** Below the ways on. */
  readonly foot?: ReactNode;
}

/** What ended and why, and the two ways on. */
export function EndedCard({ ended, onNext, onLeave, onAgain, rematch, aside, foot }: EndedCardProps) {
  const { title, detail, good } = endingText(ended);
  const { kind, peer: { commonTags } } = ended.details;
  const friend = kind === 'friend';
  return (
    <main tabIndex={-1} className="meeting arrive">
      <div className="meeting-mark">
        {good ? (
          <Ring fraction={1}>
            <CheckIcon />
          </Ring>
        ) : (
          <Mark />
        )}
      </div>
      <div className="meeting-words">
        {!friend && <p className="meeting-eyebrow">Call ended</p>}
        <h1>{title}</h1>
        <p className="meeting-detail">{detail}</p>
        {!friend && commonTags.length > 0 && ended.everConnected && <p className="meeting-detail">You met over {listed(commonTags)}.</p>}
      </div>
      {rematch}
      {aside}
      {friend ? (
        <div className="meeting-ways">
          {onAgain && (
            <Button large onPress={onAgain}>
              <PhoneIcon />
              Call again
            </Button>
          )}
          <Button look="quiet" large onPress={onLeave}>
            Close
          </Button>
        </div>
      ) : (
        <div className="meeting-ways">
          <Button large onPress={onNext}>
            Next person
          </Button>
          <Button look="quiet" large onPress={onLeave}>
            Change settings
          </Button>
        </div>
      )}
      {foot}
    </main>
  );
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
