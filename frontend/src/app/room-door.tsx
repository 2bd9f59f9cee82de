import type { Conductor } from './conductor';

import { ToggleControl } from '@/components/ui/control';
import { CameraIcon, CameraOffIcon, MicrophoneIcon, MicrophoneOffIcon } from '@/components/ui/icons';
import { DevicePickers } from '@/features/devices/device-pickers';
import { Preview } from '@/features/devices/preview';
import { SelfView } from '@/features/devices/self-view';
import { useDevices } from '@/features/devices/use-devices';
import { DoorView } from '@/features/room/door-view';
import { OutCard, WaitingCard } from '@/features/room/room-cards';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

/** Before a room and after it: all of it but being inside. */
export function RoomDoor({ conductor }: { readonly conductor: Conductor }) {
  const state = useRunner(conductor.room);
  const { nickname } = useValue(conductor.preferences);
  switch (state.phase) {
    case 'door':
    case 'entering': {
      const roomId = state.phase === 'door' ? state.roomId : state.entry.roomId;
      return (
        <DoorView
          key={roomId}
          state={state}
          nickname={nickname}
          preview={<DoorPreview conductor={conductor} />}
          pickers={<DoorPickers conductor={conductor} />}
          onJoin={conductor.enterRoom}
          onLeave={conductor.leaveDoor}
        />
      );
    }
    case 'waiting':
      return <WaitingCard state={state} self={<SelfView devices={conductor.devices} name={nickname} />} onLeave={conductor.leaveDoor} />;
    case 'out':
      return <OutCard state={state} onAgain={() => conductor.visitRoom(state.roomId)} onStart={conductor.leaveDoor} />;
    case 'none':
    case 'inside':
    case 'held':
      return null;
    default:
      return state satisfies never;
  }
}

function DoorPickers({ conductor: { devices, change } }: { readonly conductor: Conductor }) {
  return <DevicePickers devices={devices} mode="video" onChoose={(kind, id) => change(kind === 'camera' ? { cameraId: id } : { microphoneId: id })} />;
}

function DoorPreview({ conductor }: { readonly conductor: Conductor }) {
  const { devices } = conductor;
  const { nickname } = useValue(conductor.preferences);
  const { state, mute, switchCamera } = useDevices(devices);
  return (
    <>
      <Preview devices={devices} mode="video" name={nickname} onMode={() => undefined} />
      <div className="door-controls" role="group" aria-label="Before you join">
        <ToggleControl label="Mute" icon={state.muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />} pressed={state.muted} onChange={mute} />
        <ToggleControl
          label="Camera"
          icon={state.camera === 'on' ? <CameraIcon /> : <CameraOffIcon />}
          pressed={!state.cameraOff && state.camera !== 'off'}
          onChange={(on) => switchCamera(!on)}
          className="control-camera"
        />
      </div>
    </>
  );
}
