import type { Desk } from './desk';

import { Button } from '@/components/ui/button';
import { ShieldIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { Wordmark } from '@/components/ui/wordmark';
import { ConsoleView } from '@/features/moderation/console-view';
import type { Clock } from '@/lib/ports';
import { ClockContext } from '@/lib/use-wait';
import { useValue } from '@/lib/value';

export interface ModerationPageProps {
  readonly desk: Desk;
  readonly clock: Clock;
}

/** `/moderation`: a page of its own, for moderators alone. */
export function ModerationPage({ desk, clock }: ModerationPageProps) {
  const comer = useValue(desk.comer);
  return (
    <ClockContext value={clock}>
      <div className="page">
        <header className="legal-header">
          <a href="/" className="legal-home">
            <Wordmark />
          </a>
          {comer.kind === 'moderator' && <p className="green-email">{comer.nickname}</p>}
        </header>
        {comer.kind === 'moderator' ? <ConsoleView moderation={desk.moderation} clock={clock} /> : <NotHere desk={desk} />}
      </div>
    </ClockContext>
  );
}

function NotHere({ desk }: { readonly desk: Desk }) {
  const comer = useValue(desk.comer);
  return (
    <main tabIndex={-1} className="meeting">
      <div className="barred-mark">
        <ShieldIcon />
      </div>
      <div className="meeting-words" role="status">
        {comer.kind === 'other' ? (
          <>
            <h1>This page is for moderators</h1>
            <p className="meeting-detail">If you are one, sign in by mail at the start, then come back here.</p>
          </>
        ) : (
          <h1>{comer.kind === 'away' ? 'You could not be recognised' : 'One moment…'}</h1>
        )}
      </div>
      {comer.kind === 'away' && (
        <>
          <ProblemNotice problem={comer.problem} />
          <Button large refused={comer.problem} onPress={() => void desk.open()}>
            Try again
          </Button>
        </>
      )}
      {comer.kind === 'other' && (
        <a className="button button-primary button-large" href="/">
          To the start
        </a>
      )}
    </main>
  );
}
