import type { Devices } from './devices';
import { useDevices } from './use-devices';

import { Avatar } from '@/components/ui/avatar';
import { Video } from '@/components/ui/video';

export interface SelfViewProps {
  readonly devices: Devices;
  readonly name: string;
}

/** One's own picture, or one's letter where there is none. */
export function SelfView({ devices, name }: SelfViewProps) {
  const { stream } = useDevices(devices);
  return (
    <>
      <Video label="Your video" stream={stream} own className={stream === undefined ? 'picture picture-empty' : 'picture'} />
      {stream === undefined && <Avatar name={name} />}
    </>
  );
}
