import { useEffect, useState } from 'react';

import type { Conductor } from './conductor';

import { Button } from '@/components/ui/button';
import { Control, ToggleControl } from '@/components/ui/control';
import {
  CameraIcon,
  CameraOffIcon,
  ChatIcon,
  CloseIcon,
  HandIcon,
  HangUpIcon,
  MicrophoneIcon,
  MicrophoneOffIcon,
  PeopleIcon,
  ScreenIcon,
} from '@/components/ui/icons';
import { useDevices } from '@/features/devices/use-devices';
import { PeopleList } from '@/features/room/people-list';
import { RoomChat, RoomFloating, RoomReactions, useTalk } from '@/features/room/room-chat';
import { RoomStage } from '@/features/room/room-stage';
import { useRoom } from '@/features/room/use-room';

type Panel = 'chat' | 'people';

/** The room that one is in, with all that is beside the pictures. */
export function RoomScreen({ conductor, online }: { readonly conductor: Conductor; readonly online: boolean }) {
  const { room, devices, copyRoomLink } = conductor;
  const { state: own, stream } = useDevices(devices);
  const view = useRoom(room);
  const [panel, setPanel] = useState<Panel>();
  useEffect(() => room.send({ type: 'viewed', inView: panel === 'chat' }), [room, panel]);
  if (view === undefined) return null;
  const { nickname } = view.state.entry;
  const title = panel === 'people' ? 'People' : 'Chat';
  return (
    <main tabIndex={-1} className={`room${panel === undefined ? '' : ' room-beside'}`}>
      <RoomStage
        room={room}
        online={online}
        nickname={nickname}
        muted={own.muted}
        picture={stream}
        onCopyLink={copyRoomLink}
        overlay={<RoomFloating room={room} />}
        controls={<Controls conductor={conductor} panel={panel} onPanel={setPanel} />}
      />
      {panel !== undefined && (
        <aside className="room-panel" aria-label={title}>
          <div className="chat-head">
            <h2>{title}</h2>
            <Button look="quiet" onPress={() => setPanel(undefined)}>
              <CloseIcon />
              Close
            </Button>
          </div>
          {panel === 'chat' ? <RoomChat room={room} /> : <PeopleList room={room} nickname={nickname} onCopyLink={copyRoomLink} />}
        </aside>
      )}
    </main>
  );
}

interface ControlsProps {
  readonly conductor: Conductor;
  readonly panel: Panel | undefined;
  readonly onPanel: (panel: Panel | undefined) => void;
}

function Controls({ conductor, panel, onPanel }: ControlsProps) {
  const { room, devices, canShareScreen, leaveRoom } = conductor;
  const { state: own, mute, switchCamera } = useDevices(devices);
  const { unread } = useTalk(room);
  const view = useRoom(room);
  if (view === undefined) return null;
  const { screen, view: { handRaised, waiting } } = view.state;
  return (
    <div className="controls room-controls" role="group" aria-label="Room controls">
      <ToggleControl label="Mute" icon={own.muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />} pressed={own.muted} onChange={mute} />
      <ToggleControl
        label="Camera"
        icon={own.camera === 'on' ? <CameraIcon /> : <CameraOffIcon />}
        pressed={!own.cameraOff && own.camera !== 'off'}
        onChange={(on) => switchCamera(!on)}
        className="control-camera"
      />
      {canShareScreen && (
        <ToggleControl label="Share screen" icon={<ScreenIcon />} pressed={screen !== 'off'} onChange={(shown) => room.send({ type: 'show-screen', shown })} />
      )}
      <ToggleControl label="Raise hand" icon={<HandIcon />} pressed={handRaised} onChange={(raised) => room.send({ type: 'raise', raised })} />
      <RoomReactions room={room} />
      <ToggleControl label="Chat" icon={<ChatIcon />} pressed={panel === 'chat'} badge={unread} onChange={(open) => onPanel(open ? 'chat' : undefined)} />
      <ToggleControl
        label="People"
        icon={<PeopleIcon />}
        pressed={panel === 'people'}
        badge={waiting.length}
        badgeText="waiting"
        onChange={(open) => onPanel(open ? 'people' : undefined)}
      />
      <Control label="Leave" icon={<HangUpIcon />} tone="end" onPress={leaveRoom} />
    </div>
  );
}
