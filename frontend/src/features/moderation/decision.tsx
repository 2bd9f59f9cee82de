import { useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';

import { SUSPENSIONS, suspensionText } from './core/words';
import type { Moderation } from './moderation';
import { NoteField, useNote } from './note-field';
import { DeskTrouble } from './trouble';
import { useShortcuts } from './use-shortcuts';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useRunner } from '@/lib/use-runner';
import type { ActionName, ReportCase } from '@/protocol/messages';

const FIRST_HOURS = 24;

const WAYS = { dismiss: 'Dismiss', warn: 'Warn', suspend: 'Suspend', ban: 'Ban' } as const;

export interface DecisionProps {
  readonly moderation: Moderation;
  readonly report: ReportCase;
  /** Single keys decide as well. */
  readonly keys: boolean;
}

/** What is done about it, and why. What keeps somebody out is asked once more. */
export function Decision({ moderation, report, keys }: DecisionProps) {
  const { busy } = useRunner(moderation);
  const [asks, setAsks] = useState<'suspend' | 'ban'>();
  const [hours, setHours] = useState(FIRST_HOURS);
  const name = report.evidence?.call.accused ?? report.accused.nickname ?? 'them';
  const decide = (words: string, action?: ActionName): void => {
    setAsks(undefined);
    moderation.send({
      type: 'ask',
      errand: {
        task: 'decide',
        ruling: {
          reportId: report.entry.reportId,
          decision: action === undefined ? 'rejected' : 'accepted',
          ...(action !== undefined && { action }),
          ...(action === 'suspend' && { hours }),
          note: words,
        },
      },
    });
  };
  const note = useNote((way: keyof typeof WAYS, words) => {
    if (way === 'suspend' || way === 'ban') setAsks(way);
    else decide(words, way === 'warn' ? way : undefined);
  });
  const pending = busy.decide !== undefined;
  useShortcuts(keys && asks === undefined && !pending, {
    d: () => note.choose('dismiss'),
    w: () => note.choose('warn'),
    s: () => note.choose('suspend'),
    b: () => note.choose('ban'),
  });
  return (
    <section className="decision" aria-label="Decision">
      <NoteField note={note} labels={WAYS} />
      <DeskTrouble moderation={moderation} task="decide" />
      <div className="decision-ways">
        <Way label={WAYS.dismiss} letter="D" keys={keys} pending={pending} onPress={() => note.choose('dismiss')} />
        <Way label={WAYS.warn} letter="W" keys={keys} pending={pending} onPress={() => note.choose('warn')} />
        <Way label={WAYS.suspend} letter="S" keys={keys} pending={pending} onPress={() => note.choose('suspend')} />
        <Way label={WAYS.ban} letter="B" keys={keys} pending={pending} danger onPress={() => note.choose('ban')} />
      </div>
      <Dialog title={`Suspend ${name}?`} question open={asks === 'suspend'} onClose={() => setAsks(undefined)}>
        <div className="dialog-body">
          <RadioGroup className="decision-hours" value={String(hours)} onChange={(value) => setHours(Number(value))}>
            <Label className="field-label">For how long</Label>
            {SUSPENSIONS.map(({ hours: length, label }) => (
              <RadioField key={length} value={String(length)}>
                <RadioButton className="segment decision-hour">{label}</RadioButton>
              </RadioField>
            ))}
          </RadioGroup>
          <p>Until then they meet nobody. They are told why, and may appeal once.</p>
          <Ways back="Do not suspend" go={`Suspend for ${suspensionText(hours)}`} onBack={() => setAsks(undefined)} onGo={() => decide(note.words, 'suspend')} />
        </div>
      </Dialog>
      <Dialog title={`Ban ${name}?`} question open={asks === 'ban'} onClose={() => setAsks(undefined)}>
        <div className="dialog-body">
          <p>For a year they meet nobody, on this device or by this e-mail address. They are told why, and may appeal once.</p>
          <Ways back="Do not ban" go="Ban for a year" onBack={() => setAsks(undefined)} onGo={() => decide(note.words, 'ban')} />
        </div>
      </Dialog>
    </section>
  );
}

interface WayProps {
  readonly label: string;
  readonly letter: string;
  readonly keys: boolean;
  readonly pending: boolean;
  readonly danger?: boolean;
  readonly onPress: () => void;
}

function Way({ label, letter, keys, pending, danger = false, onPress }: WayProps) {
  return (
    <Button look={danger ? 'danger' : 'quiet'} disabled={pending} onPress={onPress}>
      {label}
      {keys && <kbd aria-hidden="true">{letter}</kbd>}
    </Button>
  );
}

interface WaysProps {
  readonly back: string;
  readonly go: string;
  readonly onBack: () => void;
  readonly onGo: () => void;
}

function Ways({ back, go, onBack, onGo }: WaysProps) {
  return (
    <div className="dialog-ways">
      <Button look="quiet" onPress={onBack}>
        {back}
      </Button>
      <Button look="danger" onPress={onGo}>
        {go}
      </Button>
    </div>
  );
}
