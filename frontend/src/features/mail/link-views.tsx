import { grouped, spelled } from './core/words';

import type { ReactNode } from 'react';

import { Button } from '@/components/ui/button';
import { ProblemNotice } from '@/components/ui/notice';
import { SeekingRing } from '@/components/ui/ring';
import { Mark } from '@/components/ui/wordmark';
import type { Problem } from '@/lib/core/problem';

/** The link is being tried. */
export function Opening() {
  return (
    <Words mark={<SeekingRing />} title="Signing you in…">
      <p className="meeting-detail">This takes a moment.</p>
    </Words>
  );
}

/** In a browser that did not ask: the code, and nothing to press. A scanner that opens links presses everything. */
export function Elsewhere({ code }: { readonly code: string }) {
  return (
    <Words mark={<Mark />} title="Your code">
      <p className="code">
        <span className="sr-only code-unselected">{`The code, letter by letter: ${spelled(code)}.`}</span>
        <span className="code-figures" aria-hidden="true">
          {grouped(code).map((group, index) => (
            <span key={index}>{group} </span>
          ))}
        </span>
      </p>
      <p className="meeting-detail">Type it on the device where you asked to sign in. Your page there waits for it.</p>
      <p className="code-warning">You did not ask? Then close this page, and give the code to nobody.</p>
    </Words>
  );
}

export interface OverProps {
  /** Somebody is signed in by mail in this browser. */
  readonly signedIn: boolean;
  readonly cut: boolean;
  readonly onAsk: () => void;
  readonly onLeave: () => void;
}

/** The link opens nothing, or was cut off on its way. */
export function Over({ signedIn, cut, onAsk, onLeave }: OverProps) {
  return (
    <>
      <Words mark={<Mark />} title={cut ? 'This link is not whole' : 'This link is over'}>
        <p className="meeting-detail">
          {cut
            ? 'Its end was lost on the way. Open it from the mail again, or copy it into the address bar from beginning to end.'
            : 'It was used, its ten minutes have passed, or a newer one was sent.'}
        </p>
        {signedIn && <p className="meeting-detail">You are signed in in this browser already.</p>}
      </Words>
      <div className="meeting-ways">
        <Button large look={signedIn ? 'quiet' : 'primary'} onPress={onAsk}>
          Ask for a new link
        </Button>
        <Button large look={signedIn ? 'primary' : 'quiet'} onPress={onLeave}>
          {signedIn ? 'Go on' : 'To the start'}
        </Button>
      </div>
    </>
  );
}

/** It may still work. */
export function Trouble({ problem, onAgain, onLeave }: { readonly problem: Problem; readonly onAgain: () => void; readonly onLeave: () => void }) {
  return (
    <>
      <Words mark={<Mark />} title="You are not in yet">
        <ProblemNotice problem={problem} />
      </Words>
      <div className="meeting-ways">
        <Button large refused={problem} onPress={onAgain}>
          Try again
        </Button>
        <Button large look="quiet" onPress={onLeave}>
          To the start
        </Button>
      </div>
    </>
  );
}

function Words({ mark, title, children }: { readonly mark: ReactNode; readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <div className="meeting-mark">{mark}</div>
      <div className="meeting-words" role="status">
        <h1>{title}</h1>
        {children}
      </div>
    </>
  );
}
