import { useCallback, useMemo, useState, type ReactNode } from 'react';

import { roomName } from './core/words';
import type { Room } from './room';
import { OwnTile, PeerTile } from './tile';
import { useRoom } from './use-room';

import { Button } from '@/components/ui/button';
import { LinkIcon, LockIcon } from '@/components/ui/icons';
import { SoundOffer } from '@/components/ui/sound-offer';
import { useValue } from '@/lib/value';

export interface RoomStageProps {
  readonly room: Room;
  readonly online: boolean;
  readonly nickname: string;
  readonly muted: boolean;
  /** One's own picture. */
  readonly picture: MediaStream | undefined;
  readonly overlay: ReactNode;
  readonly controls: ReactNode;
  readonly onCopyLink: () => void;
}

/** Everybody in a grid, and what is going on in words. */
export function RoomStage({ room, online, nickname, muted, picture, overlay, controls, onCopyLink }: RoomStageProps) {
  const view = useRoom(room);
  const screen = useValue(room.screen);
  const shown = useMemo(() => (screen === undefined ? undefined : new MediaStream([screen])), [screen]);
  const [blocked, setBlocked] = useState(false);
  const onBlocked = useCallback(() => setBlocked(true), []);
  if (view === undefined) return null;
  const { state, tiles, ownSpeaks } = view;
  const { name, locked, handRaised, capacity } = state.view;
  const people = tiles.length + 1;
  return (
    <section className="room-stage" aria-label={roomName(name)}>
      <header className="room-top">
        <h1>{roomName(name)}</h1>
        <p className="room-status">
          <span role="status">{online ? (state.told ?? roomStatus(people)) : 'Your connection is gone. Reconnecting…'}</span>
        </p>
        <p className="room-count">
          {locked && (
            <span title="Locked">
              <LockIcon />
              <span className="sr-only">Locked, </span>
            </span>
          )}
          {people}/{capacity}
          <span className="sr-only"> people</span>
        </p>
      </header>
      <ul key={blocked ? 'blocked' : 'free'} className="tiles" data-people={people} aria-label="People">
        <OwnTile nickname={nickname} speaks={ownSpeaks} hand={handRaised} muted={muted} stream={shown ?? picture} isScreen={shown !== undefined} />
        {tiles.map((tile) => (
          <PeerTile key={tile.peer.peerId} tile={tile} onBlocked={onBlocked} />
        ))}
      </ul>
      {people === 1 && !locked && (
        <div className="room-invite">
          <Button onPress={onCopyLink}>
            <LinkIcon />
            Copy the link
          </Button>
        </div>
      )}
      {overlay}
      {blocked && <SoundOffer onPress={() => setBlocked(false)} />}
      {controls}
    </section>
  );
}

function roomStatus(people: number): string {
  return people === 1 ? 'You are alone here. Send the link to whom you like.' : `${people} people are here`;
}
