import { Button } from 'react-aria-components';

import type { Friends } from './friends';
import { Count } from './friends-view';
import { news } from './machine';

import { PeopleIcon } from '@/components/ui/icons';
import { useRunner } from '@/lib/use-runner';

/** The way to one's friends, with how much is new there. */
export function FriendsButton({ friends, onPress }: { readonly friends: Friends; readonly onPress: () => void }) {
  const { asking, missed } = news(useRunner(friends));
  return (
    <Button className="account-button friends-button" onPress={onPress}>
      <PeopleIcon />
      <span className="account-button-label">Friends</span>
      <Count of={asking + missed} />
    </Button>
  );
}
