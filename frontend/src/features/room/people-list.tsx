import { useEffect, useRef, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';

import { RemoveButton } from './remove-button';
import type { Room } from './room';
import { useRoom, type Tile } from './use-room';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { CheckIcon, CloseIcon, CrownIcon, HandIcon, LinkIcon, ShieldIcon } from '@/components/ui/icons';
import { SafetyWords } from '@/components/ui/safety-words';
import { Switch } from '@/components/ui/switch';
import type { RoomOpName, RoomPeer } from '@/protocol/messages';

export interface PeopleListProps {
  readonly room: Room;
  readonly nickname: string;
  readonly onCopyLink: () => void;
}

/** Who is here, and for the host what to do about it. */
export function PeopleList({ room, nickname, onCopyLink }: PeopleListProps) {
  const view = useRoom(room);
  const list = useFocusKept((view?.tiles.length ?? 0) + (view?.state.view.waiting.length ?? 0));
  if (view === undefined) return null;
  const { state, tiles, governs } = view;
  const { hostPeerId, handRaised, owner, locked } = state.view;
  const govern = (op: RoomOpName, peer?: string): void => room.send({ type: 'govern', op, ...(peer !== undefined && { peer }) });
  return (
    <div className="room-people">
      {governs && <Lobby room={room} govern={govern} />}
      <ul ref={list} tabIndex={-1} aria-label="In this room">
        <li className="room-person">
          <Avatar name={nickname} />
          <span className="room-person-name">
            {nickname} <span className="room-person-note">(you{governs ? ', host' : ''})</span>
          </span>
          {handRaised && <HandIcon />}
        </li>
        {tiles.map((tile) => (
          <Person key={tile.peer.peerId} tile={tile} isHost={tile.peer.peerId === hostPeerId}>
            {governs && <Governing peer={tile.peer} owner={owner} locked={locked} govern={govern} />}
          </Person>
        ))}
      </ul>
      {governs && <Rules room={room} govern={govern} />}
      <Button look="quiet" onPress={onCopyLink}>
        <LinkIcon />
        Copy the link
      </Button>
    </div>
  );
}

/** A row that goes takes the focus along that was on its buttons: then the list has it. */
function useFocusKept(rows: number) {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(rows);
  useEffect(() => {
    const fewer = rows < before.current;
    before.current = rows;
    if (fewer && document.activeElement === document.body) list.current?.focus();
  }, [rows]);
  return list;
}

type Govern = (op: RoomOpName, peer?: string) => void;

function Person({ tile: { peer, mark, silent, connected }, isHost, children }: { readonly tile: Tile; readonly isHost: boolean; readonly children: ReactNode }) {
  const { nickname, handRaisedAt, screen } = peer;
  const notes = [isHost && 'host', screen && 'shows their screen', silent && 'muted', mark?.toLowerCase().replace('…', '')].filter((note) => typeof note === 'string');
  return (
    <li className="room-person">
      <Avatar name={nickname} />
      <span className="room-person-name">
        {nickname} {notes.length > 0 && <span className="room-person-note">({notes.join(', ')})</span>}
      </span>
      {handRaisedAt !== undefined && (
        <span className="tile-hand">
          <HandIcon />
          <span className="sr-only">Hand raised</span>
        </span>
      )}
      {connected !== undefined && (
        <SafetyWords connected={connected} nickname={nickname} remedy="leave the room">
          <AriaButton className="icon-button" aria-label={`Safety words with ${nickname}`}>
            <ShieldIcon />
          </AriaButton>
        </SafetyWords>
      )}
      {children}
    </li>
  );
}

interface GoverningProps {
  readonly peer: RoomPeer;
  /** Who is the host in the owner's place passes nothing on. */
  readonly owner: boolean;
  readonly locked: boolean;
  readonly govern: Govern;
}

function Governing({ peer: { peerId, nickname }, owner, locked, govern }: GoverningProps) {
  const remove = (lock: boolean): void => {
    if (lock) govern('lock');
    govern('remove', peerId);
  };
  return (
    <>
      {owner && <IconButton label={`Make ${nickname} the host`} icon={<CrownIcon />} onPress={() => govern('host', peerId)} />}
      <RemoveButton nickname={nickname} locked={locked} onRemove={remove} />
    </>
  );
}

/** Who waits to be let in. */
function Lobby({ room, govern }: { readonly room: Room; readonly govern: Govern }) {
  const state = room.get();
  const waiting = state.phase === 'inside' ? state.view.waiting : [];
  if (waiting.length === 0) return null;
  return (
    <section className="room-lobby" aria-label="Waiting to be let in">
      <h3>Waiting to be let in</h3>
      <ul>
        {waiting.map(({ peerId, nickname }) => (
          <li key={peerId} className="room-person">
            <Avatar name={nickname} />
            <span className="room-person-name">{nickname}</span>
            <IconButton label={`Let ${nickname} in`} icon={<CheckIcon />} onPress={() => govern('admit', peerId)} />
            <IconButton label={`Turn ${nickname} away`} icon={<CloseIcon />} onPress={() => govern('remove', peerId)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rules({ room, govern }: { readonly room: Room; readonly govern: Govern }) {
  const state = room.get();
  if (state.phase !== 'inside') return null;
  const { locked, manyScreens } = state.view;
  return (
    <div className="room-rules" role="group" aria-label="For the host">
      <Button look="quiet" onPress={() => govern('mute-all')}>
        Mute all
      </Button>
      <Switch label="Lock the room" on={locked} onChange={(on) => govern(on ? 'lock' : 'unlock')} />
      <Switch label="Several may show their screens" on={manyScreens} onChange={(on) => govern(on ? 'many-screens' : 'one-screen')} />
    </div>
  );
}
