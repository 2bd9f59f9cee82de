import { useEffect, useState, type SyntheticEvent } from 'react';
import { Form, Label, TextArea, TextField } from 'react-aria-components';

import { appealProblemText, appealText, barText, sinceText } from './core/words';
import type { Sanctions } from './sanctions';

import { Button } from '@/components/ui/button';
import { CheckIcon, ShieldIcon } from '@/components/ui/icons';
import { Notice, ProblemNotice } from '@/components/ui/notice';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

/** What became of it is asked again this often, while somebody looks. */
const LOOK_EVERY_MS = 15_000;
/** As many characters as the server keeps. */
const WORDS_MAX = 1000;

export interface BarredScreenProps {
  readonly sanctions: Sanctions;
  readonly clock: Clock;
  /** One's own data can be taken along and erased all the same. */
  readonly onOwnData: () => void;
  readonly onGoOn: () => void;
}

/** Nothing but this while somebody may not meet people: until when, why, and what they can do. */
export function BarredScreen({ sanctions, clock, onOwnData, onGoOn }: BarredScreenProps) {
  const { bar, problem } = useRunner(sanctions);
  const now = useNow(clock, 1000);
  useFreshLook(sanctions, clock);
  if (bar === undefined) return null;
  const { title, detail } = barText(bar, now);
  const over = bar.over !== undefined;
  return (
    <main tabIndex={-1} className="meeting barred arrive">
      <div className={`barred-mark${over ? ' barred-over' : ''}`}>{over ? <CheckIcon /> : <ShieldIcon />}</div>
      <div className="meeting-words" role="status">
        <h1>{title}</h1>
        <p className="meeting-detail">{detail}</p>
        {!over && bar.sanction !== undefined && <p className="field-hint">{sinceText(bar.sanction.createdAt, now)}</p>}
      </div>
      {problem !== undefined && bar.sanction === undefined && <ProblemNotice problem={problem} />}
      {over ? (
        <Button large onPress={onGoOn}>
          Go on
        </Button>
      ) : (
        <>
          {bar.sanction !== undefined && <Appeal key={bar.sanction.sanctionId} sanctions={sanctions} />}
          <section className="barred-rest">
            <h2>What still works</h2>
            <p>You can look at what we keep about you, download it, and erase it.</p>
            <Button look="quiet" onPress={onOwnData}>
              Your data
            </Button>
          </section>
        </>
      )}
    </main>
  );
}

/** Once for each decision, in one's own words. */
function Appeal({ sanctions }: { readonly sanctions: Sanctions }) {
  const { bar, appeal } = useRunner(sanctions);
  const [message, setMessage] = useState('');
  const [blank, setBlank] = useState(false);
  const told = appealText(bar?.sanction?.appeal);
  if (told !== undefined) {
    return (
      <section className="barred-appeal">
        <h2>Your appeal</h2>
        <p role="status">{told}</p>
      </section>
    );
  }
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setBlank(message.trim() === '');
    sanctions.send({ type: 'appeal', message });
  };
  const refused = appeal.phase === 'refused' ? appeal.problem : undefined;
  return (
    <section className="barred-appeal">
      <h2>Was this wrong?</h2>
      <Form onSubmit={onSubmit} validationBehavior="aria">
        <TextField className="field" value={message} onChange={setMessage} maxLength={WORDS_MAX}>
          <Label className="field-label">
            Tell us what happened <span className="field-hint">once; a second moderator reads it</span>
          </Label>
          <TextArea className="input" rows={4} />
        </TextField>
        {blank && message.trim() === '' && <Notice>Say in a few words what happened first.</Notice>}
        {refused !== undefined && <ProblemNotice problem={refused} text={appealProblemText} />}
        <Button type="submit" pending={appeal.phase === 'sending'} refused={refused}>
          Send appeal
        </Button>
      </Form>
    </section>
  );
}

function useFreshLook(sanctions: Sanctions, clock: Clock): void {
  useEffect(() => {
    let cancel = (): void => undefined;
    const again = (): void => {
      if (document.visibilityState === 'visible') sanctions.send({ type: 'look' });
      cancel = clock.after(LOOK_EVERY_MS, again);
    };
    cancel = clock.after(LOOK_EVERY_MS, again);
    return () => cancel();
  }, [sanctions, clock]);
}
