import { useEffect, useRef } from 'react';

import { CaseView } from './case-view';
import { Decision } from './decision';
import type { OnDesk } from './machine';
import type { Moderation } from './moderation';
import { DeskTrouble } from './trouble';
import { useShortcuts } from './use-shortcuts';

import { Button } from '@/components/ui/button';
import { clockText } from '@/lib/core/clock-text';
import { reasonText } from '@/lib/core/reasons';
import { inSentence, whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

export interface DeskViewProps {
  readonly moderation: Moderation;
  readonly clock: Clock;
  readonly keys: boolean;
}

/** One report at a time: what it is about, what shows it, and what is done. */
export function DeskView({ moderation, clock, keys }: DeskViewProps) {
  const { desk, busy, trouble } = useRunner(moderation);
  const next = (): void => moderation.send({ type: 'ask', errand: { task: 'next' } });
  const isOpen = desk.phase === 'case';
  useShortcuts(keys && !isOpen, { n: next });
  const heading = useFocusOnCase(desk);
  if (desk.phase === 'case') {
    const { report, until } = desk;
    return (
      <section className="desk" aria-label="The report">
        <header className="desk-head">
          <div>
            <h2 ref={heading} tabIndex={-1}>
              {reasonText(report.entry.reason)}
              {report.entry.urgent && <span className="badge badge-urgent">Urgent</span>}
            </h2>
            <p className="field-hint">Reported {inSentence(whenText(report.entry.createdAt, clock.now()))}</p>
          </div>
          <Lease clock={clock} until={until} />
        </header>
        <CaseView report={report} clock={clock} />
        <Decision key={report.entry.reportId} moderation={moderation} report={report} keys={keys} />
      </section>
    );
  }
  return (
    <section className="desk desk-empty" aria-label="The report">
      <h2 ref={heading} tabIndex={-1}>
        {WORDS[desk.phase].title}
      </h2>
      <p>{WORDS[desk.phase].detail}</p>
      <DeskTrouble moderation={moderation} task="decide" />
      <DeskTrouble moderation={moderation} task="next" />
      <Button large pending={busy.next !== undefined} refused={trouble.next} onPress={next}>
        Take the next report
        {keys && <kbd aria-hidden="true">N</kbd>}
      </Button>
    </section>
  );
}

const WORDS = {
  nothing: { title: 'Nothing on your desk', detail: 'A report you take is yours for five minutes. The oldest comes first; an urgent one counts as an hour older.' },
  'no-more': { title: 'No report waits', detail: 'All that was reported is decided, or with another moderator.' },
  lapsed: { title: 'It went back to the queue', detail: 'The five minutes are over, or another moderator has decided it.' },
} as const;

/** Not read out every second: the end of it is told by the status. */
function Lease({ clock, until }: { readonly clock: Clock; readonly until: number }) {
  const left = until - useNow(clock, 1000);
  return (
    <p className={`lease${left < 60_000 ? ' lease-short' : ''}`}>
      <span className="field-hint">Yours for</span> <span role="timer">{clockText(left)}</span>
    </p>
  );
}

/** What comes onto the desk, or leaves it, takes the focus; the page begins at its own beginning. */
function useFocusOnCase(desk: OnDesk) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = desk.phase === 'case' ? desk.report.entry.reportId : desk.phase;
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    heading.current?.focus();
  }, [shown]);
  return heading;
}
