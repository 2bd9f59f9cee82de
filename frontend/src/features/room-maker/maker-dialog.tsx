import { useState, type SyntheticEvent } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';

import type { MakerState } from './machine';
import type { RoomMaker } from './room-maker';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { LinkIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import { problemText, type Problem } from '@/lib/core/problem';
import { useRunner } from '@/lib/use-runner';
import type { CreateRoomRequest } from '@/protocol/messages';

const NAME_LENGTH_MAX = 60;
const PASSWORD_LENGTH_MAX = 64;
const CAPACITIES = [2, 3, 4, 5, 6, 7, 8].map((people) => ({ value: String(people), label: `${people} people` }));

export interface MakerDialogProps {
  readonly maker: RoomMaker;
  readonly onMake: (wish: CreateRoomRequest) => void;
  readonly onVisit: (roomId: string) => void;
}

/** Makes a room: a few questions, then its link. */
export function MakerDialog({ maker, onMake, onVisit }: MakerDialogProps) {
  const state = useRunner(maker);
  const made = state.phase === 'made' ? state : undefined;
  return (
    <Dialog title={made === undefined ? 'Create a room' : 'Your room is ready'} open={state.phase !== 'closed'} onClose={() => maker.send({ type: 'close' })}>
      {made === undefined ? <Questions state={state} onMake={onMake} /> : <Made maker={maker} made={made} onVisit={onVisit} />}
    </Dialog>
  );
}

function Questions({ state, onMake }: { readonly state: MakerState; readonly onMake: (wish: CreateRoomRequest) => void }) {
  const [name, setName] = useState('');
  const [capacity, setCapacity] = useState('8');
  const [password, setPassword] = useState('');
  const [waitingRoom, setWaitingRoom] = useState(false);
  const problem = state.phase === 'asking' ? state.problem : undefined;
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const called = name.trim();
    onMake({ capacity: Number(capacity), ...(called !== '' && { name: called }), ...(password !== '' && { password }), ...(waitingRoom && { waitingRoom }) });
  };
  return (
    <Form className="dialog-body" onSubmit={onSubmit} validationBehavior="aria">
      <TextField className="field" value={name} onChange={setName} maxLength={NAME_LENGTH_MAX}>
        <Label className="field-label">
          Name <span className="field-hint">if you like</span>
        </Label>
        <Input className="input" placeholder="Sunday choir" autoComplete="off" />
      </TextField>
      <Select label="Room for" options={CAPACITIES} value={capacity} onChange={setCapacity} />
      <TextField className="field" type="password" value={password} onChange={setPassword} maxLength={PASSWORD_LENGTH_MAX}>
        <Label className="field-label">
          Password <span className="field-hint">if you like</span>
        </Label>
        <Input className="input" autoComplete="new-password" />
      </TextField>
      <Switch label="I let each in myself" on={waitingRoom} onChange={setWaitingRoom} />
      {problem !== undefined && <ProblemNotice problem={problem} text={makerProblemText} />}
      <Button type="submit" large pending={state.phase === 'making'} refused={problem}>
        Create
      </Button>
      <p className="field-hint">Whoever has the link can knock. The room is gone once the last one has left.</p>
    </Form>
  );
}

function makerProblemText(problem: Problem): string {
  return problem.code === 'rate_limited' && problem.message !== '' ? problem.message : problemText(problem);
}

function Made({ maker, made, onVisit }: { readonly maker: RoomMaker; readonly made: MakerState & { phase: 'made' }; readonly onVisit: (roomId: string) => void }) {
  const { room: { roomId, url }, wish } = made;
  return (
    <div className="dialog-body">
      <TextField className="field" value={url} isReadOnly>
        <Label className="field-label">Link</Label>
        <Input className="input" onFocus={(event) => event.currentTarget.select()} />
      </TextField>
      <Button look="quiet" onPress={() => maker.send({ type: 'copy' })}>
        <LinkIcon />
        Copy
      </Button>
      {wish.password !== undefined && <p>The link alone opens nothing: pass the password on as well.</p>}
      {wish.waitingRoom === true && <p>You let each in under People, once you are in the room.</p>}
      <p role="status" className="field-hint">
        {made.copied === true && 'Copied. Send it to whom you would like to see.'}
        {made.copied === false && 'Your browser did not let us. Select the link and copy it.'}
      </p>
      <Button large onPress={() => onVisit(roomId)}>
        Go to the room
      </Button>
    </div>
  );
}
