import type { ReactNode } from 'react';

import type { Tile as OfPeer } from './use-room';

import { Avatar } from '@/components/ui/avatar';
import { HandIcon, MicrophoneOffIcon } from '@/components/ui/icons';
import { Video } from '@/components/ui/video';

interface FrameProps {
  readonly label: string;
  readonly nickname: string;
  readonly speaks: boolean;
  readonly hand: boolean;
  readonly muted: boolean;
  readonly mark?: string | undefined;
  readonly screen: boolean;
  readonly children: ReactNode;
}

/** A picture with a name on it. */
function TileFrame({ label, nickname, speaks, hand, muted, mark, screen, children }: FrameProps) {
  return (
    <li className={`tile${speaks ? ' tile-speaks' : ''}${screen ? ' tile-screen' : ''}`} aria-label={label}>
      {children}
      {mark !== undefined && <p className="tile-mark">{mark}</p>}
      <p className="tile-name">
        {hand && (
          <span className="tile-hand" title="Hand raised">
            <HandIcon />
            <span className="sr-only">Hand raised: </span>
          </span>
        )}
        <span className="tile-nickname">{nickname}</span>
        {muted && (
          <span className="tile-muted" title="Muted">
            <MicrophoneOffIcon />
            <span className="sr-only">muted</span>
          </span>
        )}
        {speaks && <span className="sr-only">speaking</span>}
      </p>
    </li>
  );
}

/** One of the others. Their sound comes from here, also while there is no picture. */
export function PeerTile({ tile, onBlocked }: { readonly tile: OfPeer; readonly onBlocked: () => void }) {
  const { peer, stream, mark, pictured, silent, speaks } = tile;
  const { nickname, handRaisedAt, screen } = peer;
  const seen = pictured && peer.presence !== 'held' && mark !== 'Could not be verified';
  return (
    <TileFrame label={nickname} nickname={nickname} speaks={speaks} hand={handRaisedAt !== undefined} muted={silent} mark={mark} screen={screen}>
      <Video label={`${nickname}'s video`} stream={stream} className={seen ? 'tile-video' : 'tile-video picture-empty'} onBlocked={onBlocked} />
      {!seen && <Avatar name={nickname} />}
    </TileFrame>
  );
}

export interface OwnTileProps {
  readonly nickname: string;
  readonly speaks: boolean;
  readonly hand: boolean;
  readonly muted: boolean;
  /** What the others see; nothing where the camera is off. */
  readonly stream: MediaStream | undefined;
  /** The own screen is no mirror. */
  readonly isScreen: boolean;
}

export function OwnTile({ nickname, speaks, hand, muted, stream, isScreen }: OwnTileProps) {
  return (
    <TileFrame label="You" nickname={`${nickname} (you)`} speaks={speaks} hand={hand} muted={muted} screen={isScreen} mark={isScreen ? 'Your screen is shown' : undefined}>
      <Video label="Your video" stream={stream} own className={`${stream === undefined ? 'tile-video picture-empty' : 'tile-video'}${isScreen ? ' tile-unmirrored' : ''}`} />
      {stream === undefined && <Avatar name={nickname} />}
    </TileFrame>
  );
}
