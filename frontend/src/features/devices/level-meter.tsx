import { useEffect, useRef } from 'react';

import { watchLevel } from './level';

import { MicrophoneIcon, MicrophoneOffIcon } from '@/components/ui/icons';

export interface LevelMeterProps {
  readonly track: MediaStreamTrack;
  readonly muted: boolean;
}

/** Shows that the microphone hears something. It moves with every frame, so it goes past React. */
export function LevelMeter({ track, muted }: LevelMeterProps) {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => watchLevel(track, (level) => bar.current?.style.setProperty('--level', level.toFixed(3))), [track]);
  return (
    <div className="level" role="img" aria-label={muted ? 'Microphone muted' : 'Microphone level'}>
      {muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
      <span ref={bar} className={muted ? 'level-bar level-muted' : 'level-bar'} />
    </div>
  );
}
