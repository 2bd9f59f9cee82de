import { useEffect } from 'react';

import { kindText, whenText } from './core/words';
import type { Friends } from './friends';
import type { OnCall } from './friends-list';
import { AddButton } from './add-button';
import { For, PersonRow } from './person-row';

import { Button } from '@/components/ui/button';
import { MissedIcon, PhoneIcon } from '@/components/ui/icons';
import type { Clock } from '@/lib/ports';
import type { CallEntry } from '@/protocol/messages';

export interface CallsListProps {
  readonly friends: Friends;
  readonly clock: Clock;
  readonly calls: readonly CallEntry[];
  readonly onCall: OnCall;
}

/** With whom somebody has talked, and who has rung in vain. */
export function CallsList({ friends, clock, calls, onCall }: CallsListProps) {
  useEffect(() => friends.send({ type: 'seen' }), [friends, calls]);
  if (calls.length === 0) {
    return <p className="people-empty">No calls yet. Close this and press Start: whom you meet shows up here.</p>;
  }
  return (
    <ul className="people-list" aria-label="Your calls">
      {calls.map((call) => (
        <PersonRow key={`${call.sessionId} ${call.startedAt}`} name={call.nickname} detail={<Detail call={call} nowMs={clock.now()} />}>
          <WayOn friends={friends} call={call} onCall={onCall} />
        </PersonRow>
      ))}
    </ul>
  );
}

function WayOn({ friends, call, onCall }: Pick<CallsListProps, 'friends' | 'onCall'> & { readonly call: CallEntry }) {
  const { friendId, kind, nickname, sessionId } = call;
  if (friendId !== undefined) {
    return (
      <Button look="quiet" onPress={() => onCall({ userId: friendId, nickname })}>
        <PhoneIcon />
        Call
        <For name={nickname} />
      </Button>
    );
  }
  // Who was a friend once has been removed, by one of the two.
  return kind === 'stranger' ? <AddButton friends={friends} nickname={nickname} whom={{ sessionId }} asFriend /> : null;
}

function Detail({ call, nowMs }: { readonly call: CallEntry; readonly nowMs: number }) {
  const missed = call.kind === 'missed';
  return (
    <>
      <p className={missed ? 'person-missed' : undefined}>
        {missed && <MissedIcon />}
        <span>
          {kindText(call)} · {whenText(call.startedAt, nowMs)}
        </span>
      </p>
      {call.commonTags.length > 0 && <p>You share {call.commonTags.join(', ')}</p>}
    </>
  );
}
