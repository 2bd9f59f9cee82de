import { NOT_ASKED, reduceTerms, type TermsEffect, type TermsEvent, type TermsState, type Wanted } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf } from '@/lib/ports';

export interface TermsPorts {
  /** This browser notes it, and the server is told if it knows who agrees. */
  readonly agree: () => Promise<void>;
}

export interface Terms extends Runner<TermsState, TermsEvent> {
  /** Asks first; `go` is done after who is asked has agreed. */
  readonly before: (wanted: Wanted, go: () => void) => void;
}

export function createTerms({ agree }: TermsPorts): Terms {
  let next = (): void => undefined;
  const perform = (effect: TermsEffect, send: (event: TermsEvent) => void): void => {
    if (effect.type === 'go-on') return next();
    agree().then(
      () => send({ type: 'agreed' }),
      (error: unknown) => send({ type: 'refused', problem: problemOf(error) }),
    );
  };
  const runner = runMachine(NOT_ASKED, reduceTerms, perform);
  return {
    ...runner,
    before: (wanted, go) => {
      next = go;
      runner.send({ type: 'ask', wanted });
    },
  };
}
