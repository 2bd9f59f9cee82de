import type { ReactNode } from 'react';

import { nameOf, noticedText, sanctionText, stageText } from './core/words';

import { clockText } from '@/lib/core/clock-text';
import { reasonText } from '@/lib/core/reasons';
import { dayText, inSentence, untilText, whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import type { Evidence, PersonFile, ReportCase, ReportEntry } from '@/protocol/messages';

/** What shows what has happened, and who the two are. */
export function CaseView({ report, clock }: { readonly report: ReportCase; readonly clock: Clock }) {
  const { evidence, noticed, accused, reporter } = report;
  return (
    <div className="case">
      {noticed !== undefined ? (
        <p className="case-none">{noticedText(noticed)} There is nothing else to read: decide by the history below, or dismiss it.</p>
      ) : evidence === undefined ? (
        <p className="case-none">What went along with this report cannot be read any more. Decide by the history below, or dismiss it.</p>
      ) : (
        <Shown evidence={evidence} clock={clock} />
      )}
      <div className="case-people">
        <Person title="Reported" person={accused} clock={clock} />
        {reporter === undefined ? (
          <section className="case-person" aria-label="Reporter">
            <h3>Reporter</h3>
            <p className="field-hint">Nobody: a rule noticed it, or who reported is erased.</p>
          </section>
        ) : (
          <Person title="Reporter" person={reporter} clock={clock} />
        )}
      </div>
    </div>
  );
}

function Shown({ evidence, clock }: { readonly evidence: Evidence; readonly clock: Clock }) {
  const { call, comment, lines } = evidence;
  const name = (byAccused: boolean): string => (byAccused ? call.accused : call.reporter);
  return (
    <>
      <dl className="case-facts">
        <Fact name="Reported">{call.accused}</Fact>
        <Fact name="By">{call.reporter}</Fact>
        <Fact name="Call">
          {call.kind === 'friend' ? 'Friends' : 'Strangers'}, {call.mode}
        </Fact>
        <Fact name="When">{whenText(call.startedAt, clock.now())}</Fact>
        <Fact name="Lasted">{clockText(call.durationMs)}</Fact>
        {call.commonTags.length > 0 && <Fact name="Shared">{call.commonTags.join(', ')}</Fact>}
      </dl>
      <section aria-label="The reporter’s words">
        <h3>In the reporter’s words</h3>
        {comment === undefined ? <p className="field-hint">None.</p> : <blockquote className="case-words">{comment}</blockquote>}
      </section>
      <section aria-label="Chat">
        <h3>Last lines of the chat</h3>
        {lines.length === 0 ? (
          <p className="field-hint">Nothing was written.</p>
        ) : (
          <ol className="case-chat">
            {lines.map((line, index) => (
              <li key={`${line.sentAt} ${index}`} className={line.byAccused ? 'case-line-accused' : undefined}>
                <span className="case-line-who">
                  {name(line.byAccused)} <span className="field-hint">{line.byAccused ? 'reported' : 'reporter'}</span>
                </span>
                <span className="case-line-words">{line.message}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Person({ title, person, clock }: { readonly title: string; readonly person: PersonFile; readonly clock: Clock }) {
  const { createdAt, bannedUntil, reportsAgainst, reportsMade, sanctions } = person;
  const now = clock.now();
  return (
    <section className="case-person" aria-label={`${title}: ${nameOf(person)}`}>
      <h3>
        {title}: {nameOf(person)}
      </h3>
      <p className="field-hint">
        {createdAt === undefined ? 'Erased since.' : `Here since ${inSentence(dayText(createdAt, now))}.`}
        {bannedUntil !== undefined && bannedUntil > now && ` Banned until ${untilText(bannedUntil, now)}.`}
      </p>
      <History title="Reports against" entries={reportsAgainst} now={now} />
      <History title="Reports made" entries={reportsMade} now={now} />
      <h4>Sanctions</h4>
      {sanctions.length === 0 ? (
        <p className="field-hint">None.</p>
      ) : (
        <ul>
          {sanctions.map(({ sanction, answerNote }) => (
            <li key={sanction.sanctionId}>
              {sanctionText(sanction)} <span className="field-hint">{dayText(sanction.createdAt, now)}</span>
              {answerNote !== undefined && <p className="field-hint">Note on the appeal: {answerNote}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function History({ title, entries, now }: { readonly title: string; readonly entries: readonly ReportEntry[]; readonly now: number }) {
  return (
    <>
      <h4>{title}</h4>
      {entries.length === 0 ? (
        <p className="field-hint">None.</p>
      ) : (
        <ul>
          {entries.map((entry) => (
            <li key={entry.reportId}>
              {reasonText(entry.reason)}, {stageText(entry).toLowerCase()} <span className="field-hint">{dayText(entry.createdAt, now)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
