import { useEffect, useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { FieldError, Form, Input, Label, TextField } from 'react-aria-components';

import { askText, codeText, secondsLeft } from './core/words';
import type { Asking, Sent } from './machine';
import type { Mail } from './mail';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { BackIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { isAddress } from '@/lib/core/address';
import type { Clock } from '@/lib/ports';
import { useNow } from '@/lib/use-now';
import { useRunner } from '@/lib/use-runner';

export interface MailDialogProps {
  readonly mail: Mail;
  readonly clock: Clock;
  /** What the person has of signing in, in one sentence. */
  readonly why: string;
}

/** Signing in by mail: the address, then the wait for the link, or the code it showed elsewhere. */
export function MailDialog({ mail, clock, why }: MailDialogProps) {
  const state = useRunner(mail);
  const open = state.phase === 'address' || (state.phase === 'sent' && state.shown);
  return (
    <Dialog title={state.phase === 'sent' ? 'Look into your mail' : 'Sign in'} open={open} onClose={() => mail.send({ type: 'close' })}>
      {state.phase === 'address' && <Address mail={mail} state={state} why={why} />}
      {state.phase === 'sent' && <LookIntoMail mail={mail} clock={clock} state={state} />}
    </Dialog>
  );
}

function Address({ mail, state, why }: { readonly mail: Mail; readonly state: Asking; readonly why: string }) {
  const [email, setEmail] = useState(state.email);
  const [odd, setOdd] = useState(false);
  const box = useFocus();
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const good = isAddress(email);
    setOdd(!good);
    if (good) mail.send({ type: 'ask', email: email.trim() });
    else box.current?.focus();
  };
  const type = (text: string): void => {
    setEmail(text);
    setOdd(false);
  };
  return (
    <Form className="dialog-body" onSubmit={onSubmit} validationBehavior="aria">
      <p>{why}</p>
      <TextField className="field" type="email" name="email" value={email} onChange={type} isInvalid={odd} isRequired>
        <Label className="field-label">E-mail</Label>
        <Input ref={box} className="input" placeholder="you@example.org" autoComplete="email" autoCapitalize="none" spellCheck="false" enterKeyHint="send" />
        <FieldError className="field-problem">Type your whole address, such as ada@example.org.</FieldError>
      </TextField>
      {state.problem !== undefined && <ProblemNotice problem={state.problem} text={askText} />}
      <Button type="submit" large pending={state.sending} refused={state.problem}>
        Send me a link
      </Button>
      <p className="field-hint">No password. The link signs you in.</p>
    </Form>
  );
}

interface SentProps {
  readonly mail: Mail;
  readonly clock: Clock;
  readonly state: Sent;
}

function LookIntoMail({ mail, clock, state }: SentProps) {
  const words = useFocus<HTMLDivElement>();
  return (
    <div className="dialog-body">
      <div ref={words} tabIndex={-1} className="mail-words">
        <p>
          If <strong>{state.email}</strong> can get a link, one is on its way. It is good for 10 minutes, once, in this browser.
        </p>
        <p className="field-hint">Nothing there? Look into the folder for spam too.</p>
      </div>
      <CodeForm mail={mail} state={state} />
      <Again mail={mail} clock={clock} state={state} />
    </div>
  );
}

function CodeForm({ mail, state }: Omit<SentProps, 'clock'>) {
  const [code, setCode] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const refused = state.trouble?.about === 'code' ? state.trouble.problem : undefined;
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (code.trim() === '') box.current?.focus();
    else mail.send({ type: 'try', code: code.trim() });
  };
  return (
    <Form className="mail-code" onSubmit={onSubmit} validationBehavior="aria">
      <p>Opened it on another device? It shows a code there. Type it here.</p>
      <div className="mail-code-row">
        <TextField className="field" name="code" value={code} onChange={setCode} maxLength={20} isInvalid={refused !== undefined}>
          <Label className="field-label">Code</Label>
          <Input ref={box} className="input mail-code-input" autoComplete="one-time-code" autoCapitalize="characters" spellCheck="false" enterKeyHint="go" />
        </TextField>
        <Button type="submit" look="quiet" pending={state.busy === 'code'} refused={refused}>
          Sign in with the code
        </Button>
      </div>
      {refused !== undefined && <ProblemNotice problem={refused} text={codeText} />}
    </Form>
  );
}

function Again({ mail, clock, state }: SentProps) {
  const left = secondsLeft(state.againAtMs, useNow(clock, 500));
  const refused = state.trouble?.about === 'again' ? state.trouble.problem : undefined;
  return (
    <Foot>
      {refused !== undefined && <ProblemNotice problem={refused} text={askText} />}
      <p className="sr-only" role="status">
        {state.repeats > 0 && `A new link was sent${state.repeats > 1 ? ` for the ${state.repeats}. time` : ''}. Only the newest is good.`}
      </p>
      <div className="mail-ways">
        <Button look="plain" onPress={() => mail.send({ type: 'back' })}>
          <BackIcon />
          Use another address
        </Button>
        <Button look="plain" disabled={left > 0} refused={refused} pending={state.busy === 'again'} onPress={() => mail.send({ type: 'again', nowMs: clock.now() })}>
          Send it again
        </Button>
      </div>
      <p className="field-hint mail-wait">{hint(left, state.repeats)}</p>
    </Foot>
  );
}

function hint(left: number, repeats: number): ReactNode {
  const sent = repeats > 0 ? 'Sent again; only the newest link is good. ' : '';
  return left > 0 ? `${sent}You can have it sent again in ${left} s.` : sent;
}

function Foot({ children }: { readonly children: ReactNode }) {
  return <div className="mail-foot">{children}</div>;
}

/** What a step of the dialog begins with takes the focus, so that a keyboard goes on there and it is read out. */
function useFocus<Item extends HTMLElement = HTMLInputElement>() {
  const item = useRef<Item>(null);
  useEffect(() => item.current?.focus(), []);
  return item;
}
