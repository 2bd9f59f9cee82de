import { Button as AriaButton } from 'react-aria-components';

import type { Conductor } from './conductor';
import { useStanding } from './standing';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { PersonIcon } from '@/components/ui/icons';
import { Wordmark } from '@/components/ui/wordmark';
import { FriendsButton } from '@/features/friends/friends-button';

/** Who is here, and the ways in and to oneself. */
export function GreenHeader({ conductor }: { readonly conductor: Conductor }) {
  const { kind, nickname, email } = useStanding(conductor);
  const known = kind === 'account';
  return (
    <header className="green-header">
      <Wordmark />
      <div className="green-who">
        {(kind === 'guest' || kind === 'nobody') && (
          <Button look="quiet" onPress={() => conductor.askByMail()}>
            Sign in
          </Button>
        )}
        {known && email !== undefined && (
          <p className="green-email">
            <span className="sr-only">Signed in as </span>
            {email}
          </p>
        )}
        <FriendsButton friends={conductor.friends} onPress={() => conductor.openFriends()} />
        <AriaButton className="account-button" onPress={conductor.openAccount}>
          {known ? <Avatar name={nickname} /> : <PersonIcon />}
          <span className="account-button-label">Account</span>
        </AriaButton>
      </div>
    </header>
  );
}
