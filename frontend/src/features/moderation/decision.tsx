import { useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup, TextArea, TextField } from 'react-aria-components';

import { SUSPENSIONS, suspensionText } from './core/words';
import type { Moderation } from './moderation';
import { DeskTrouble } from './trouble';
import { useShortcuts } from './use-shortcuts';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useRunner } from '@/lib/use-runner';
import type { ActionName, ReportCase } from '@/protocol/messages';

/** As many characters as the server keeps. */
const NOTE_MAX = 1000;
const FIRST_HOURS = 24;

export interface DecisionProps {
  readonly moderation: Moderation;
  readonly report: ReportCase;
  /** Single keys decide as well. */
  readonly keys: boolean;
}

/** What is done about it. What keeps somebody out is asked once more. */
export function Decision({ moderation, report, keys }: DecisionProps) {
  const { busy } = useRunner(moderation);
  const [note, setNote] = useState('');
  const [asks, setAsks] = useState<'suspend' | 'ban'>();
  const [hours, setHours] = useState(FIRST_HOURS);
  const name = report.evidence?.call.accused ?? report.accused.nickname ?? 'them';
  const decide = (action?: ActionName): void => {
    setAsks(undefined);
    const words = note.trim();
    moderation.send({
      type: 'ask',
      errand: {
        task: 'decide',
        ruling: {
          reportId: report.entry.reportId,
          decision: action === undefined ? 'rejected' : 'accepted',
          ...(action !== undefined && { action }),
          ...(action === 'suspend' && { hours }),
          ...(words !== '' && { note: words }),
        },
      },
    });
  };
  const pending = busy.decide !== undefined;
  useShortcuts(keys && asks === undefined && !pending, { d: () => decide(), w: () => decide('warn'), s: () => setAsks('suspend'), b: () => setAsks('ban') });
  return (
    <section className="decision" aria-label="Decision">
      <TextField className="field" value={note} onChange={setNote} maxLength={NOTE_MAX}>
        <Label className="field-label">
          Note <span className="field-hint">if you like; moderators alone see it</span>
        </Label>
        <TextArea className="input" rows={2} />
      </TextField>
      <DeskTrouble moderation={moderation} task="decide" />
      <div className="decision-ways">
        <Way label="Dismiss" letter="D" keys={keys} pending={pending} onPress={() => decide()} />
        <Way label="Warn" letter="W" keys={keys} pending={pending} onPress={() => decide('warn')} />
        <Way label="Suspend" letter="S" keys={keys} pending={pending} onPress={() => setAsks('suspend')} />
        <Way label="Ban" letter="B" keys={keys} pending={pending} danger onPress={() => setAsks('ban')} />
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
          <Ways back="Do not suspend" go={`Suspend for ${suspensionText(hours)}`} onBack={() => setAsks(undefined)} onGo={() => decide('suspend')} />
        </div>
      </Dialog>
      <Dialog title={`Ban ${name}?`} question open={asks === 'ban'} onClose={() => setAsks(undefined)}>
        <div className="dialog-body">
          <p>For a year they meet nobody, on this device or by this e-mail address. They are told why, and may appeal once.</p>
          <Ways back="Do not ban" go="Ban for a year" onBack={() => setAsks(undefined)} onGo={() => decide('ban')} />
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
