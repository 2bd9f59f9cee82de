import { useEffect, useRef } from 'react';

import { askedText } from './core/words';
import type { Friends } from './friends';
import { fateOf, problemOfFate, type Errand } from './machine';
import { For } from './person-row';
import { Refusal } from './refusal';

import { Button } from '@/components/ui/button';
import { PersonPlusIcon } from '@/components/ui/icons';
import { useRunner } from '@/lib/use-runner';
import type { FriendRequestRequest } from '@/protocol/messages';

export interface AddButtonProps {
  readonly friends: Friends;
  readonly nickname: string;
  readonly whom: FriendRequestRequest;
  /** Named as where it is not clear what somebody is added as. */
  readonly asFriend?: boolean;
}

/** In a list's row: asks, then says that it has. */
export function AddButton({ friends, nickname, whom, asFriend = false }: AddButtonProps) {
  const { errand, phase, refused, words } = useAsking(friends, whom);
  return (
    <div className="person-add">
      {phase === 'done' ? (
        <p ref={words} tabIndex={-1} className="person-asked" role="status">
          Asked
          <span className="sr-only">. {askedText(nickname).replace('Asked. ', '')}</span>
        </p>
      ) : (
        <Button look="quiet" pending={phase === 'busy'} refused={refused} onPress={() => friends.send({ type: 'run', errand })}>
          <PersonPlusIcon />
          Add
          <For name={asFriend ? `${nickname} as a friend` : nickname} />
        </Button>
      )}
      <Refusal friends={friends} errand={errand} />
    </div>
  );
}

export interface AddPartnerProps {
  readonly friends: Friends;
  readonly sessionId: string;
  readonly nickname: string;
  readonly large?: boolean;
}

/** After a call, or beside it: the other becomes a friend if both want it. */
export function AddPartner({ friends, sessionId, nickname, large = false }: AddPartnerProps) {
  const { errand, phase, refused, words } = useAsking(friends, { sessionId });
  return (
    <div className="add-partner">
      {phase !== 'done' && (
        <Button look="quiet" large={large} pending={phase === 'busy'} refused={refused} onPress={() => friends.send({ type: 'run', errand })}>
          <PersonPlusIcon />
          Add as a friend
        </Button>
      )}
      <p ref={words} tabIndex={-1} aria-live="polite">
        {phase === 'done' && askedText(nickname)}
      </p>
      <Refusal friends={friends} errand={errand} />
    </div>
  );
}

/** The button that was pressed is gone when it is done: what is said instead takes the focus. */
function useAsking(friends: Friends, whom: FriendRequestRequest) {
  const errand: Errand = { task: 'ask', whom };
  const fate = fateOf(useRunner(friends), errand);
  const phase = fate?.phase;
  const words = useRef<HTMLParagraphElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === 'busy' && phase === 'done' && document.activeElement === document.body) words.current?.focus();
    before.current = phase;
  }, [phase]);
  return { errand, phase, refused: problemOfFate(fate), words };
}
