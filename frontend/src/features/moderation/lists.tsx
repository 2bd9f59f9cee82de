import { useEffect, type ReactNode } from 'react';

import { STAGE_OPTIONS, deedText, sanctionText, shortId, stageText } from './core/words';
import type { Moderation } from './moderation';
import { DeskTrouble } from './trouble';

import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { REASONS, reasonText } from '@/lib/core/reasons';
import { dayText, inSentence, whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import type { AppealEntry } from '@/protocol/messages';

export interface ListProps {
  readonly moderation: Moderation;
  readonly clock: Clock;
}

const ALL = { value: '', label: 'All' };

/** Every report, narrowed by where it stands and what it is about. */
export function ReportsList({ moderation, clock }: ListProps) {
  const { filter, reports } = useRunner(moderation);
  useEffect(() => moderation.send({ type: 'ask', errand: { task: 'reports', filter: moderation.get().filter } }), [moderation]);
  const narrow = (change: { readonly stage?: string; readonly reason?: string }): void => {
    const { stage = '', reason = '' } = { ...filter, ...change };
    moderation.send({ type: 'ask', errand: { task: 'reports', filter: { ...(stage !== '' && { stage }), ...(reason !== '' && { reason }) } } });
  };
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
      <Rows label="Reports" items={reports} empty="No such report." of={(entry) => ({
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
        items={appeals}
        empty="Nobody appeals at the moment."
        of={(entry) => ({ key: entry.sanction.sanctionId, row: <AppealRow moderation={moderation} clock={clock} entry={entry} /> })}
      />
    </section>
  );
}

function AppealRow({ moderation, clock, entry }: ListProps & { readonly entry: AppealEntry }) {
  const { busy } = useRunner(moderation);
  const { userId, sanction, message, own, note, createdAt } = entry;
  const answer = (decision: 'granted' | 'rejected'): void =>
    moderation.send({ type: 'ask', errand: { task: 'answer', answer: { userId, sanctionId: sanction.sanctionId, decision } } });
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
        <div className="row-ways">
          <Button look="quiet" disabled={busy.answer !== undefined} onPress={() => answer('rejected')}>
            Reject
          </Button>
          <Button disabled={busy.answer !== undefined} onPress={() => answer('granted')}>
            Grant
          </Button>
        </div>
      )}
    </>
  );
}

/** Who of the moderators did what. */
export function AuditList({ moderation, clock }: ListProps) {
  const { audit } = useRunner(moderation);
  useEffect(() => moderation.send({ type: 'ask', errand: { task: 'audit' } }), [moderation]);
  return (
    <section className="desk-list" aria-label="Audit log">
      <p className="field-hint">Lines are only added, and each holds the hash of the one before.</p>
      <DeskTrouble moderation={moderation} task="audit" />
      <Rows
        label="Audit log"
        items={audit}
        empty="Nothing has been done yet."
        of={(line) => ({
          key: String(line.n),
          row: (
            <>
              <p className="row-title">
                <span className="row-number">{line.n}</span> {deedText(line)}
              </p>
              <p className="field-hint">
                {whenText(line.at, clock.now())} · by {line.by === undefined ? 'the operator' : shortId(line.by)} · about {shortId(line.about)} ·{' '}
                <span title={line.hash}>hash {shortId(line.hash)}</span>
              </p>
            </>
          ),
        })}
      />
    </section>
  );
}

interface RowsProps<Item> {
  readonly label: string;
  readonly items: readonly Item[] | undefined;
  readonly empty: string;
  readonly of: (item: Item) => { readonly key: string; readonly row: ReactNode };
}

function Rows<Item>({ label, items, empty, of }: RowsProps<Item>) {
  if (items === undefined) return <p className="field-hint">One moment…</p>;
  if (items.length === 0) return <p className="people-empty">{empty}</p>;
  return (
    <ul className="rows" aria-label={label}>
      {items.map((item) => {
        const { key, row } = of(item);
        return <li key={key}>{row}</li>;
      })}
    </ul>
  );
}
