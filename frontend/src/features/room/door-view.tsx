import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';

import { crowdText, doorProblemText, roomName } from './core/words';
import type { Door, Entering } from './core/state';

import { Button } from '@/components/ui/button';
import { ProblemNotice } from '@/components/ui/notice';
import { NICKNAME_LENGTH_MAX, cleanNickname } from '@/lib/core/tags';

/** The contract's limit. */
const PASSWORD_LENGTH_MAX = 64;

export interface DoorViewProps {
  readonly state: Door | Entering;
  readonly nickname: string;
  /** How the others will see one. */
  readonly preview: ReactNode;
  readonly pickers: ReactNode;
  readonly onJoin: (nickname: string, password: string) => void;
  readonly onLeave: () => void;
}

/** Before a room: who one will be there, and what it takes to come in. */
export function DoorView({ state, nickname, preview, pickers, onJoin, onLeave }: DoorViewProps) {
  const [name, setName] = useState(nickname);
  const [password, setPassword] = useState('');
  const { facts } = state;
  const problem = state.phase === 'door' ? state.problem : undefined;
  const asksPassword = facts?.passwordRequired === true || (problem?.code === 'forbidden' && problem.message.includes('password'));
  const cleaned = cleanNickname(name);
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (cleaned !== undefined) onJoin(cleaned, password);
  };
  return (
    <main tabIndex={-1} className="door arrive">
      <div className="door-words">
        <p className="meeting-eyebrow">You are invited</p>
        <h1>{roomName(facts?.name)}</h1>
        <p className="meeting-detail">{facts === undefined ? 'Looking who is there…' : crowdText(facts)}</p>
        {facts?.waitingRoom === true && <p className="field-hint">The host lets each in.</p>}
        {facts?.locked === true && <p className="field-hint">The host has locked this room.</p>}
      </div>
      <div className="door-preview">{preview}</div>
      <Form className="door-form" onSubmit={onSubmit} validationBehavior="aria">
        <TextField className="field" name="nickname" value={name} onChange={setName} maxLength={NICKNAME_LENGTH_MAX} isRequired>
          <Label className="field-label">Nickname</Label>
          <Input className="input" placeholder="What should they call you?" autoComplete="nickname" enterKeyHint="next" />
        </TextField>
        {asksPassword && (
          <TextField className="field" name="password" type="password" value={password} onChange={setPassword} maxLength={PASSWORD_LENGTH_MAX}>
            <Label className="field-label">Password</Label>
            <Input className="input" autoComplete="off" enterKeyHint="go" />
          </TextField>
        )}
        {problem !== undefined && <ProblemNotice problem={problem} text={doorProblemText} />}
        <div className="door-ways">
          <Button type="submit" large pending={state.phase === 'entering'} disabled={cleaned === undefined} refused={problem}>
            Join
          </Button>
          <Button look="plain" onPress={onLeave}>
            Back to the start
          </Button>
        </div>
        <p className="field-hint">Picture and sound go encrypted from each to each, and are not recorded by us.</p>
      </Form>
      <div className="door-pickers">{pickers}</div>
    </main>
  );
}
