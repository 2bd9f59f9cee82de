import { useState } from 'react';

import type { Friends } from './friends';
import { InviteForm } from './invite-form';
import { For, PersonRow } from './person-row';
import { Refusal } from './refusal';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { BinIcon, BlockIcon, PhoneIcon } from '@/components/ui/icons';
import { IconButton } from '@/components/ui/icon-button';
import { dayText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import type { FriendEntry } from '@/protocol/messages';

/** Somebody to ring. */
export type OnCall = (whom: { readonly userId: string; readonly nickname: string }) => void;

export interface FriendsListProps {
  readonly friends: Friends;
  readonly clock: Clock;
  readonly list: readonly FriendEntry[];
  readonly onCall: OnCall;
  readonly onBlock: OnCall;
}

/** Who is a friend, those who are here first. */
export function FriendsList({ friends, clock, list, onCall, onBlock }: FriendsListProps) {
  const [leaving, setLeaving] = useState<FriendEntry>();
  const [asks, setAsks] = useState(false);
  const sorted = list.toSorted((a, b) => Number(b.online) - Number(a.online));
  return (
    <div className="people">
      {list.length === 0 ? (
        <p className="people-empty">
          No friends here yet. Press “Add as a friend” after a good call, find people by their name above, or invite somebody by e-mail.
        </p>
      ) : (
        <ul className="people-list" aria-label="Your friends">
          {sorted.map((friend) => (
            <PersonRow key={friend.userId} name={friend.nickname} online={friend.online} detail={detail(friend, clock.now())}>
              <Button look={friend.online ? 'primary' : 'quiet'} onPress={() => onCall(friend)}>
                <PhoneIcon />
                Call
                <For name={friend.nickname} />
              </Button>
              <IconButton label={`Block ${friend.nickname}`} icon={<BlockIcon />} onPress={() => onBlock(friend)} />
              <IconButton
                label={`Remove ${friend.nickname}`}
                icon={<BinIcon />}
                onPress={() => {
                  setLeaving(friend);
                  setAsks(true);
                }}
              />
            </PersonRow>
          ))}
        </ul>
      )}
      {leaving !== undefined && <Refusal friends={friends} errand={{ task: 'part', id: leaving.userId }} />}
      <InviteForm friends={friends} />
      <RemoveDialog
        nickname={leaving?.nickname ?? ''}
        open={asks}
        onClose={() => setAsks(false)}
        onRemove={() => {
          setAsks(false);
          if (leaving !== undefined) friends.send({ type: 'run', errand: { task: 'part', id: leaving.userId } });
        }}
      />
    </div>
  );
}

function detail({ online, since }: FriendEntry, nowMs: number) {
  const day = dayText(since, nowMs);
  const from = day === 'Today' || day === 'Yesterday' ? day.toLowerCase() : day;
  return (
    <>
      <span className={online ? 'person-here' : undefined}>{online ? 'Online' : 'Offline'}</span>
      <span className="person-since"> · friends since {from}</span>
    </>
  );
}

interface RemoveDialogProps {
  readonly nickname: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRemove: () => void;
}

/** Asked once more, because the other is no friend any more either. */
function RemoveDialog({ nickname, open, onClose, onRemove }: RemoveDialogProps) {
  return (
    <Dialog title={`Remove ${nickname}?`} question open={open} onClose={onClose}>
      <div className="dialog-body">
        <p>You are no friends any more then, and cannot ring each other. {nickname} is not told.</p>
        <div className="dialog-ways">
          <Button look="quiet" onPress={onClose}>
            Keep {nickname}
          </Button>
          <Button look="danger" onPress={onRemove}>
            Remove
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
