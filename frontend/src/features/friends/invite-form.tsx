import { useRef, useState, type SyntheticEvent } from 'react';
import { FieldError, Form, Input, Label, TextField } from 'react-aria-components';

import type { Friends } from './friends';
import { fateOf, problemOfFate, type Errand } from './machine';
import { Refusal } from './refusal';

import { Button } from '@/components/ui/button';
import { isAddress } from '@/lib/core/address';
import { useRunner } from '@/lib/use-runner';

/** Somebody whose address is known, whether they are here already or not. */
export function InviteForm({ friends }: { readonly friends: Friends }) {
  const state = useRunner(friends);
  const [email, setEmail] = useState('');
  const [odd, setOdd] = useState(false);
  const [asked, setAsked] = useState<Errand>({ task: 'ask', whom: { toEmail: '' } });
  const box = useRef<HTMLInputElement>(null);
  const fate = fateOf(state, asked);
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const good = isAddress(email);
    setOdd(!good);
    if (!good) return box.current?.focus();
    const errand: Errand = { task: 'ask', whom: { toEmail: email.trim() } };
    setAsked(errand);
    setEmail('');
    friends.send({ type: 'run', errand });
  };
  const type = (text: string): void => {
    setEmail(text);
    setOdd(false);
  };
  return (
    <section className="people-invite" aria-labelledby="invite">
      <h3 id="invite">Invite by e-mail</h3>
      <Form className="people-invite-row" onSubmit={onSubmit} validationBehavior="aria">
        <TextField className="field" type="email" value={email} onChange={type} isInvalid={odd}>
          <Label className="field-label">E-mail</Label>
          <Input ref={box} className="input" placeholder="friend@example.org" autoComplete="off" autoCapitalize="none" spellCheck="false" enterKeyHint="send" />
          <FieldError className="field-problem">Type the whole address, such as bea@example.org.</FieldError>
        </TextField>
        <Button type="submit" look="quiet" pending={fate?.phase === 'busy'} refused={problemOfFate(fate)}>
          Invite
        </Button>
      </Form>
      <p className="account-done" role="status">
        {fate?.phase === 'done' && 'Invited. You are friends as soon as they say yes.'}
      </p>
      <Refusal friends={friends} errand={asked} />
    </section>
  );
}
