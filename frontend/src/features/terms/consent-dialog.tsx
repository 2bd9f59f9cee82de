import type { Terms } from './terms';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { CheckIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { useRunner } from '@/lib/use-runner';

/** Before the first call: the age, the terms and the privacy notice, in one press. */
export function ConsentDialog({ terms }: { readonly terms: Terms }) {
  const state = useRunner(terms);
  const asking = state.phase === 'asking' ? state : undefined;
  const close = (): void => terms.send({ type: 'close' });
  return (
    <Dialog title="Before your first call" open={asking !== undefined} onClose={close}>
      <div className="dialog-body consent">
        <p>You are about to meet people you do not know, face to face. With the button you say:</p>
        <ul>
          <li>
            <CheckIcon />
            <span>
              <strong>I am 18 or older.</strong>
            </span>
          </li>
          <li>
            <CheckIcon />
            <span>
              I agree to the <NewTab to="/terms">terms</NewTab>: be kind, no nudity, no violence, no recording.
            </span>
          </li>
          <li>
            <CheckIcon />
            <span>
              I have read the <NewTab to="/privacy">privacy notice</NewTab>: what is kept, how long, and who sees it.
            </span>
          </li>
        </ul>
        {asking?.problem !== undefined && <ProblemNotice problem={asking.problem} />}
        <Button large pending={asking?.busy ?? false} refused={asking?.problem} onPress={() => terms.send({ type: 'agree' })}>
          {asking?.wanted === 'talk' ? 'Agree and go on' : 'Agree and start'}
        </Button>
        <Button look="plain" onPress={close}>
          Not now
        </Button>
      </div>
    </Dialog>
  );
}

/** The green room and its camera stay as they are. */
function NewTab({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <a href={to} target="_blank" rel="noreferrer">
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
