import { useEffect, useRef, type RefObject } from 'react';

import { rematchText } from './core/words';
import { overOf, type Over, type RematchState } from './machine';
import type { Rematch } from './rematch';

import { Button } from '@/components/ui/button';
import { AgainIcon } from '@/components/ui/icons';
import { clockText } from '@/lib/core/clock-text';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

export interface RematchOfferProps {
  readonly rematch: Rematch;
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly over: Over;
  readonly onAsk: () => void;
  readonly onTakeBack: () => void;
}

/** After a call: once more with the same person, when both ask. The button stays where it is, so that the focus does. */
export function RematchOffer({ rematch, clock, serverNow, over, onAsk, onTakeBack }: RematchOfferProps) {
  const state = useRunner(rematch);
  useNow(clock, 1000);
  const words = useRef<HTMLParagraphElement>(null);
  const phase = phaseFor(state, over);
  const open = (phase === 'none' && serverNow() < over.until) || phase === 'asking';
  useFocusOnWords(words, open);
  if (!open && phase === 'none') return null;
  const asks = phase === 'asking';
  return (
    <div className={`rematch rematch-${phase}`}>
      {open && (
        <Button look="quiet" large onPress={asks ? onTakeBack : onAsk}>
          {!asks && <AgainIcon />}
          {asks ? 'Take it back' : `Meet ${over.nickname} again`}
        </Button>
      )}
      <p ref={words} tabIndex={-1}>
        {rematchText(state, over)}
        {asks && <Left ms={over.until - serverNow()} />}
      </p>
    </div>
  );
}

/** Beside the wait for somebody new: the ask still stands. */
export function RematchStanding({ rematch, clock, serverNow }: Pick<RematchOfferProps, 'rematch' | 'clock' | 'serverNow'>) {
  const state = useRunner(rematch);
  useNow(clock, 1000);
  if (state.phase !== 'asking') return null;
  return (
    <p className="meeting-elapsed">
      You asked to meet {state.over.nickname} again
      <Left ms={state.over.until - serverNow()} />
    </p>
  );
}

function Left({ ms }: { readonly ms: number }) {
  return <span className="rematch-left"> · {clockText(ms)} left</span>;
}

/** What the machine says of this call; of another one it says nothing. */
function phaseFor(state: RematchState, { sessionId }: Over): RematchState['phase'] {
  return overOf(state)?.sessionId === sessionId ? state.phase : 'none';
}

/** The button that had the focus is gone: the words that stand for it take it. */
function useFocusOnWords(words: RefObject<HTMLElement | null>, open: boolean): void {
  const before = useRef(open);
  useEffect(() => {
    if (before.current && !open && document.activeElement === document.body) words.current?.focus();
    before.current = open;
  }, [words, open]);
}
