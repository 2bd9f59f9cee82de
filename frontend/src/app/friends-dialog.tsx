import type { Conductor } from './conductor';
import { RowSafety } from './partner-safety';
import { useStanding } from './standing';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { MailIcon } from '@/components/ui/icons';
import { FriendsView } from '@/features/friends/friends-view';
import { PushSwitch } from '@/features/push/push-switch';
import type { Clock } from '@/lib/ports';
import { useValue } from '@/lib/value';

const TABS = ['friends', 'requests', 'calls'] as const;

/** Everybody one knows. */
export function FriendsDialog({ conductor, clock }: { readonly conductor: Conductor; readonly clock: Clock }) {
  const tab = useValue(conductor.friendsOpen);
  const { kind } = useStanding(conductor);
  const isIn = kind === 'account' || kind === 'guest';
  return (
    <Dialog title="Friends" open={tab !== undefined} onClose={conductor.closeFriends} tall={isIn}>
      {isIn ? (
        <FriendsView
          friends={conductor.friends}
          clock={clock}
          tab={tab ?? 'friends'}
          onTab={(next) => conductor.friendsOpen.set(TABS.find((one) => one === next))}
          onCall={conductor.callFriend}
          onBlock={({ userId, nickname }) => conductor.blockSomebody({ who: { userId }, nickname })}
          waysOfCall={(call) => <RowSafety conductor={conductor} clock={clock} call={call} />}
          foot={<PushSwitch push={conductor.push} />}
          hint={kind === 'guest' && <Invitation conductor={conductor} text="As a guest you have your friends in this tab only. Sign in by mail to keep them." />}
        />
      ) : (
        <NotIn conductor={conductor} isAway={kind !== 'nobody'} />
      )}
    </Dialog>
  );
}

function NotIn({ conductor, isAway }: { readonly conductor: Conductor; readonly isAway: boolean }) {
  if (isAway) {
    return (
      <div className="dialog-body">
        <p>Speed Connect cannot be reached to sign you in. Check your connection.</p>
        <Button look="quiet" onPress={conductor.wake}>
          Try again
        </Button>
      </div>
    );
  }
  return (
    <div className="dialog-body">
      <p>Meet somebody first: close this and press Start. After a good call, “Add as a friend” brings them here, and you can ring each other.</p>
      <Invitation conductor={conductor} text="Friends are kept with a sign-in by mail, on all your devices." />
    </div>
  );
}

function Invitation({ conductor, text }: { readonly conductor: Conductor; readonly text: string }) {
  const onPress = (): void => {
    conductor.closeFriends();
    conductor.leave();
    conductor.askByMail();
  };
  return (
    <div className="account-invitation">
      <p>{text}</p>
      <Button look="quiet" onPress={onPress}>
        <MailIcon />
        Sign in by mail
      </Button>
    </div>
  );
}
