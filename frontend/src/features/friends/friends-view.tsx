import { useEffect, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { CallsList } from './calls-list';
import { friendsProblemText } from './core/words';
import { FindPeople, FoundPeople, isSearching } from './find-people';
import type { Friends } from './friends';
import { FriendsList, type OnCall } from './friends-list';
import { news } from './machine';
import { RequestsList } from './requests-list';

import { Button } from '@/components/ui/button';
import { ProblemNotice } from '@/components/ui/notice';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import type { CallEntry } from '@/protocol/messages';

/** The list is looked at anew this often while somebody looks at it. */
const LOOK_EVERY_MS = 30_000;

export interface FriendsViewProps {
  readonly friends: Friends;
  readonly clock: Clock;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly onCall: OnCall;
  readonly onBlock: OnCall;
  /** What else can be done about the other of a past call. */
  readonly waysOfCall: (call: CallEntry) => ReactNode;
  /** What has to be said first, such as that a guest's friends are not kept. */
  readonly hint: ReactNode;
  /** What stands below the friends, where there are any. */
  readonly foot: ReactNode;
}

/** Friends, who asks, past calls, and the ways to somebody new. */
export function FriendsView({ hint, ...lists }: FriendsViewProps) {
  const { friends, clock, onCall } = lists;
  const state = useRunner(friends);
  useFreshList(friends, clock);
  return (
    <div className="dialog-body">
      <FindPeople friends={friends} />
      {isSearching(state) ? (
        <FoundPeople friends={friends} onCall={onCall} />
      ) : (
        <>
          {hint}
          <Lists {...lists} />
        </>
      )}
    </div>
  );
}

function Lists({ friends, clock, tab, onTab, onCall, onBlock, waysOfCall, foot }: Omit<FriendsViewProps, 'hint'>) {
  const state = useRunner(friends);
  const { asking, missed } = news(state);
  const { list, calls, problem } = state;
  if (list === undefined || calls === undefined) return <NotYet friends={friends} />;
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => onTab(String(key))}>
      <TabList className="segments" aria-label="People you know">
        <Tab id="friends" className="segment">
          Friends
        </Tab>
        <Tab id="requests" className="segment">
          Requests
          <Count of={asking} />
        </Tab>
        <Tab id="calls" className="segment">
          Calls
          <Count of={missed} />
        </Tab>
      </TabList>
      {problem !== undefined && <ProblemNotice problem={problem} text={friendsProblemText} />}
      <TabPanel id="friends" className="tab-panel">
        <FriendsList friends={friends} clock={clock} list={list.friends} onCall={onCall} onBlock={onBlock} />
        {list.friends.length > 0 && foot}
      </TabPanel>
      <TabPanel id="requests" className="tab-panel">
        <RequestsList friends={friends} clock={clock} incoming={list.incoming} outgoing={list.outgoing} />
      </TabPanel>
      <TabPanel id="calls" className="tab-panel">
        <CallsList friends={friends} clock={clock} calls={calls} onCall={onCall} ways={waysOfCall} />
      </TabPanel>
    </Tabs>
  );
}

function NotYet({ friends }: { readonly friends: Friends }) {
  const { problem } = useRunner(friends);
  if (problem === undefined) return <p role="status">One moment…</p>;
  return (
    <div className="people">
      <ProblemNotice problem={problem} text={friendsProblemText} />
      <Button look="quiet" refused={problem} onPress={() => friends.send({ type: 'look' })}>
        Try again
      </Button>
    </div>
  );
}

/** A small number, told in words as well. */
export function Count({ of }: { readonly of: number }) {
  if (of === 0) return null;
  return (
    <span className="count">
      {of}
      <span className="sr-only"> new</span>
    </span>
  );
}

function useFreshList(friends: Friends, clock: Clock): void {
  useEffect(() => {
    let cancel = (): void => undefined;
    const again = (): void => {
      if (document.visibilityState === 'visible') friends.send({ type: 'look' });
      cancel = clock.after(LOOK_EVERY_MS, again);
    };
    cancel = clock.after(LOOK_EVERY_MS, again);
    return () => cancel();
  }, [friends, clock]);
}
