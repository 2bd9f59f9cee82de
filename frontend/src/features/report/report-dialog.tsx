import { useId, useState } from 'react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';

import { reportProblemText } from './core/words';
import type { About, ReportState } from './machine';
import type { Report } from './report';

import { Dialog } from '@/components/ui/dialog';
import { ProblemNotice } from '@/components/ui/notice';
import { Switch } from '@/components/ui/switch';
import { REASONS } from '@/lib/core/reasons';
import { useRunner } from '@/lib/use-runner';
import { useWait } from '@/lib/use-wait';

/** As many characters as the server keeps. */
const WORDS_MAX = 1000;

/** What somebody has done: all that can be said stands above the reasons, because one press of a reason sends it. */
export function ReportDialog({ report }: { readonly report: Report }) {
  const state = useRunner(report);
  const about = aboutOf(state);
  return (
    <Dialog title={`Report ${about?.nickname ?? ''}`} open={about !== undefined} onClose={() => report.send({ type: 'close' })}>
      {about !== undefined && <Choice key={about.sessionId} report={report} about={about} />}
    </Dialog>
  );
}

function aboutOf(state: ReportState): About | undefined {
  if (state.phase === 'closed') return undefined;
  return state.phase === 'sending' ? state.complaint.about : state.about;
}

function Choice({ report, about }: { readonly report: Report; readonly about: About }) {
  const state = useRunner(report);
  const [comment, setComment] = useState('');
  const [block, setBlock] = useState(true);
  const problem = state.phase === 'choosing' ? state.problem : undefined;
  const waits = useWait(problem) > 0;
  const sent = state.phase === 'sending' ? state.complaint.reason : undefined;
  return (
    <div className="dialog-body report">
      <p>
        {about.nickname} is not told who reported them. <strong>Pick a reason: that sends it, and ends the call.</strong>
      </p>
      <TextField className="field" value={comment} onChange={setComment} maxLength={WORDS_MAX}>
        <Label className="field-label">
          In your words <span className="field-hint">if you like</span>
        </Label>
        <TextArea className="input report-words" rows={2} />
      </TextField>
      <Switch label="Block as well" on={block} onChange={setBlock} />
      {problem !== undefined && <ProblemNotice problem={problem} text={reportProblemText} />}
      <div className="report-reasons" role="group" aria-label="Reason">
        {REASONS.map(({ reason, label, hint }) => (
          <Reason
            key={reason}
            label={label}
            hint={sent === reason ? 'Sending…' : hint}
            disabled={waits || (sent !== undefined && sent !== reason)}
            onPress={() => report.send({ type: 'choose', reason, comment, block })}
          />
        ))}
      </div>
    </div>
  );
}

interface ReasonProps {
  readonly label: string;
  readonly hint: string;
  readonly disabled: boolean;
  readonly onPress: () => void;
}

function Reason({ label, hint, disabled, onPress }: ReasonProps) {
  const explained = useId();
  return (
    <Button className="report-reason" aria-label={label} aria-describedby={explained} isDisabled={disabled} onPress={onPress}>
      <span className="report-label">{label}</span>
      <span id={explained} className="field-hint">
        {hint}
      </span>
    </Button>
  );
}

