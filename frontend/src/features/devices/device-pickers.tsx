import type { ReactNode } from 'react';

import type { Devices } from './devices';
import type { DeviceChoice } from './machine';
import { useDevices } from './use-devices';

import { CameraIcon, MicrophoneIcon } from '@/components/ui/icons';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import type { ModeName } from '@/protocol/messages';

export interface DevicePickersProps {
  readonly devices: Devices;
  readonly mode: ModeName;
  /** The choice is remembered for the next visit. */
  readonly onChoose: (kind: 'camera' | 'microphone', id: string) => void;
  /** Where there is no other button that mutes. */
  readonly onMute?: (muted: boolean) => void;
}

export function DevicePickers({ devices, mode, onChoose, onMute }: DevicePickersProps) {
  const { state, choose, mute } = useDevices(devices);
  const { camera, microphone } = devices.tracks();
  if (mode === 'text') return null;
  const pick = (kind: 'camera' | 'microphone', id: string): void => {
    choose(kind, id);
    onChoose(kind, id);
  };
  const silence = (muted: boolean): void => {
    mute(muted);
    onMute?.(muted);
  };
  return (
    <div className="pickers">
      {mode === 'video' && state.cameras.length > 0 && (
        <Picker label="Camera" icon={<CameraIcon />} choices={state.cameras} track={camera} onChange={(id) => pick('camera', id)} />
      )}
      {state.microphones.length > 0 && (
        <Picker label="Microphone" icon={<MicrophoneIcon />} choices={state.microphones} track={microphone} onChange={(id) => pick('microphone', id)} />
      )}
      {onMute && <Switch label="Join muted" on={state.muted} onChange={silence} />}
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly choices: readonly DeviceChoice[];
  readonly track: MediaStreamTrack | undefined;
  readonly onChange: (id: string) => void;
}

function Picker({ label, icon, choices, track, onChange }: PickerProps) {
  const used = track?.getSettings().deviceId ?? '';
  const options = choices.map(({ id, label: name }) => ({ value: id, label: name }));
  return <Select label={label} icon={icon} options={options} value={used} disabled={choices.length < 2} onChange={onChange} />;
}
