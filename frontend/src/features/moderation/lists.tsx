import { useEffect } from 'react';

import { STAGE_OPTIONS, deedText, sanctionText, shortId, stageText } from './core/words';
import type { Moderation } from './moderation';
import { NoteField, useNote } from './note-field';
import { Rows } from './rows';
import { DeskTrouble } from './trouble';

import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { REASONS, reasonText } from '@/lib/core/reasons';
import { dayText, inSentence, untilText, whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import type { AnswerName, AppealEntry } from '@/protocol/messages';

export interface ListProps {
  readonly moderation: Moderation;
  readonly clock: Clock;
}

const ALL = { value: '', label: 'All' };
const ANSWERS = { granted: 'Grant', rejected: 'Reject' } as const;

/** Every report, narrowed by where it stands and what it is about. */
export function ReportsList({ moderation, clock }: ListProps) {
  const { filter, reports, busy } = useRunner(moderation);
  useEffect(() => moderation.send({ type: 'ask', errand: { task: 'reports', filter: moderation.get().filter } }), [moderation]);
  const narrow = (change: { readonly stage?: string; readonly reason?: string }): void => {
    const { stage = '', reason = '' } = { ...filter, ...change };
    moderation.send({ type: 'ask', errand: { task: 'reports', filter: { ...(stage !== '' && { stage }), ...(reason !== '' && { reason }) } } });
  };
  const older = (): void => moderation.send({ type: 'ask', errand: { task: 'reports', filter, before: reports?.older } });
  return (
    <section className="desk-list" aria-label="Reports">
      <div className="desk-filters">
        <Select label="Stage" options={[ALL, ...STAGE_OPTIONS]} value={filter.stage ?? ''} onChange={(stage) => narrow({ stage })} />
        <Select
          label="Reason"
          options={[ALL, ...REASONS.map(({ reason, label }) => ({ value: reason, label }))]}
          value={filter.reason ?? ''}
          onChange={(reason) => narrow({ reason })}
        />
      </div>
      <DeskTrouble moderation={moderation} task="reports" />
      <Rows label="Reports" page={reports} empty="No such report." pending={busy.reports !== undefined} onOlder={older} of={(entry) => ({
        key: entry.reportId,
        row: (
          <>
            <p className="row-title">
              {reasonText(entry.reason)}
              {entry.urgent && <span className="badge badge-urgent">Urgent</span>}
              <span className="badge">{stageText(entry)}</span>
            </p>
            <p className="field-hint">
              {whenText(entry.createdAt, clock.now())}
              {entry.decidedAt !== undefined && ` · decided ${inSentence(whenText(entry.decidedAt, clock.now()))}`}
            </p>
            {entry.note !== undefined && <p>{entry.note}</p>}
          </>
        ),
      })} />
    </section>
  );
}

/** What people say against decisions. Nobody answers for their own. */
export function AppealsList({ moderation, clock }: ListProps) {
  const { appeals } = useRunner(moderation);
  useEffect(() => moderation.send({ type: 'ask', errand: { task: 'appeals' } }), [moderation]);
  return (
    <section className="desk-list" aria-label="Appeals">
      <DeskTrouble moderation={moderation} task="appeals" />
      <DeskTrouble moderation={moderation} task="answer" />
      <Rows
        label="Appeals"
        page={appeals && { items: appeals }}
        empty="Nobody appeals at the moment."
        of={(entry) => ({ key: entry.sanction.sanctionId, row: <AppealRow moderation={moderation} clock={clock} entry={entry} /> })}
      />
    </section>
  );
}

function AppealRow({ moderation, clock, entry }: ListProps & { readonly entry: AppealEntry }) {
  const { busy } = useRunner(moderation);
  const { userId, sanction, message, own, note, createdAt } = entry;
  const why = useNote((decision: AnswerName, words) =>
    moderation.send({ type: 'ask', errand: { task: 'answer', answer: { userId, sanctionId: sanction.sanctionId, decision, note: words } } }),
  );
  return (
    <>
      <p className="row-title">{sanctionText({ ...sanction, appeal: 'open' })}</p>
      <p className="field-hint">
        Decided {inSentence(dayText(sanction.createdAt, clock.now()))} · appealed {inSentence(whenText(createdAt, clock.now()))}
      </p>
      <blockquote className="case-words">{message}</blockquote>
      {note !== undefined && <p className="field-hint">The moderator’s note: {note}</p>}
      {own ? (
        <p className="row-own">You decided this: another moderator answers.</p>
      ) : (
        <>
          <NoteField note={why} labels={ANSWERS} />
          <div className="row-ways">
            <Button look="quiet" disabled={busy.answer !== undefined} onPress={() => why.choose('rejected')}>
              {ANSWERS.rejected}
            </Button>
            <Button disabled={busy.answer !== undefined} onPress={() => why.choose('granted')}>
              {ANSWERS.granted}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

/** Who of the moderators did what. */
export function AuditList({ moderation, clock }: ListProps) {
  const { audit, busy } = useRunner(moderation);
  useEffect(() => moderation.send({ type: 'ask', errand: { task: 'audit' } }), [moderation]);
  return (
    <section className="desk-list" aria-label="Audit log">
      <p className="field-hint">Lines are only added, and each holds the hash of the one before.</p>
      <DeskTrouble moderation={moderation} task="audit" />
      <Rows
        label="Audit log"
        page={audit}
        empty="Nothing has been done yet."
        pending={busy.audit !== undefined}
        onOlder={() => moderation.send({ type: 'ask', errand: { task: 'audit', before: audit?.older } })}
        of={(line) => ({
          key: String(line.n),
          row: (
            <>
              <p className="row-title">
                <span className="row-number">{line.n}</span> {deedText(line)}
                {line.until !== undefined && ` until ${untilText(line.until, clock.now())}`}
              </p>
              <p className="field-hint">
                {whenText(line.at, clock.now())} · by {line.by === undefined ? 'the operator' : shortId(line.by)} · about {shortId(line.about)} ·{' '}
                <span title={line.hash}>hash {shortId(line.hash)}</span>
                {line.n > 1 && <span title={line.previous}>, after {shortId(line.previous)}</span>}
              </p>
            </>
          ),
        })}
      />
    </section>
  );
}
