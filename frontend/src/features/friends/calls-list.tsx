import { useEffect, type ReactNode } from 'react';

import { kindText } from './core/words';
import type { Friends } from './friends';
import type { OnCall } from './friends-list';
import { AddButton } from './add-button';
import { For, PersonRow } from './person-row';

import { Button } from '@/components/ui/button';
import { MissedIcon, PhoneIcon } from '@/components/ui/icons';
import { whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import type { CallEntry } from '@/protocol/messages';

export interface CallsListProps {
  readonly friends: Friends;
  readonly clock: Clock;
  readonly calls: readonly CallEntry[];
  readonly onCall: OnCall;
  /** What else can be done about the other of a call. */
  readonly ways: (call: CallEntry) => ReactNode;
}

/** With whom somebody has talked, and who has rung in vain. */
export function CallsList({ friends, clock, calls, onCall, ways }: CallsListProps) {
  useEffect(() => friends.send({ type: 'seen' }), [friends, calls]);
  if (calls.length === 0) {
    return <p className="people-empty">No calls yet. Close this and press Start: whom you meet shows up here.</p>;
  }
  return (
    <ul className="people-list" aria-label="Your calls">
      {calls.map((call) => (
        <PersonRow key={`${call.sessionId} ${call.startedAt}`} name={call.nickname} detail={<Detail call={call} nowMs={clock.now()} />}>
          <WayOn friends={friends} call={call} onCall={onCall} />
          {ways(call)}
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
