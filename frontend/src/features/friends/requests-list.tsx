import { useState } from 'react';

import type { Friends } from './friends';
import { fateOf, type Errand } from './machine';
import { For, PersonRow } from './person-row';
import { Refusal } from './refusal';

import { Button } from '@/components/ui/button';
import { whenText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import type { FriendAction, RequestEntry } from '@/protocol/messages';

export interface RequestsListProps {
  readonly friends: Friends;
  readonly clock: Clock;
  readonly incoming: readonly RequestEntry[];
  readonly outgoing: readonly RequestEntry[];
}

/** What was said about the row that is gone by now. */
interface Said {
  readonly errand: Errand;
  readonly words: string;
}

/** Who asks, and who was asked. */
export function RequestsList({ friends, clock, incoming, outgoing }: RequestsListProps) {
  const state = useRunner(friends);
  const [said, setSaid] = useState<Said>();
  const run = (errand: Errand, words: string): void => {
    setSaid({ errand, words });
    friends.send({ type: 'run', errand });
  };
  const answer = ({ requestId }: RequestEntry, action: FriendAction, words: string): void => run({ task: 'answer', requestId, action }, words);
  const fate = said && fateOf(state, said.errand);
  return (
    <div className="people">
      {incoming.length === 0 && outgoing.length === 0 && (
        <p className="people-empty">Nobody is waiting for an answer. Who asks to be your friend shows up here.</p>
      )}
      {incoming.length > 0 && (
        <ul className="people-list" aria-label="They ask you">
          {incoming.map((request) => (
            <PersonRow key={request.requestId} name={nameOf(request)} detail={`Asked ${whenIn(request, clock)}`}>
              <Button look="quiet" onPress={() => answer(request, 'reject', `You said no to ${nameOf(request)}, who is not told.`)}>
                Reject
                <For name={nameOf(request)} />
              </Button>
              <Button onPress={() => answer(request, 'accept', `You and ${nameOf(request)} are friends now.`)}>
                Accept
                <For name={nameOf(request)} />
              </Button>
            </PersonRow>
          ))}
        </ul>
      )}
      <p className="account-done" role="status">
        {fate?.phase === 'done' && said?.words}
      </p>
      {said !== undefined && <Refusal friends={friends} errand={said.errand} />}
      {outgoing.length > 0 && (
        <section>
          <h3 id="asked">You asked</h3>
          <ul className="people-list" aria-labelledby="asked">
            {outgoing.map((request) => (
              <PersonRow key={request.requestId} name={nameOf(request)} detail={`Asked ${whenIn(request, clock)}, no answer yet`}>
                <Button look="quiet" onPress={() => run({ task: 'part', id: request.requestId }, `You took back what you asked ${nameOf(request)}.`)}>
                  Take back
                  <For name={nameOf(request)} />
                </Button>
              </PersonRow>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function nameOf({ nickname, email }: RequestEntry): string {
  return nickname ?? email ?? 'Somebody';
}

function whenIn({ createdAt }: RequestEntry, clock: Clock): string {
  const text = whenText(createdAt, clock.now());
  return text.replace(/^(Today|Yesterday)/u, (day) => day.toLowerCase());
}
