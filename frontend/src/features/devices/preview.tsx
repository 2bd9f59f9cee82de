import { deviceHelp, type DeviceHelp } from './core/help';
import type { Devices } from './devices';
import { LevelMeter } from './level-meter';
import { SelfView } from './self-view';
import { useDevices } from './use-devices';

import { Button } from '@/components/ui/button';
import { AlertIcon } from '@/components/ui/icons';
import type { ModeName } from '@/protocol/messages';

export interface PreviewProps {
  readonly devices: Devices;
  readonly mode: ModeName;
  readonly name: string;
  readonly onMode: (mode: ModeName) => void;
}

/** How the partner will see us, or what stands in the way of that. */
export function Preview({ devices, mode, name, onMode }: PreviewProps) {
  const { state, microphone, retry } = useDevices(devices);
  const help = deviceHelp(mode, state);
  const asking = state.camera === 'asking' || state.microphone === 'asking';
  return (
    <section className="preview" aria-label="Preview">
      {mode !== 'text' && <SelfView devices={devices} name={name} />}
      {help !== undefined && <Help help={help} onMode={onMode} onRetry={() => retry(mode === 'video', true)} />}
      {help === undefined && asking && <Caption title="Allow your camera and microphone" detail="Your browser asks you above. Nobody sees you before you come in." />}
      {mode === 'text' && <Caption title="Just words this time" detail="No camera, no microphone: you meet in the chat." />}
      {mode === 'audio' && help === undefined && !asking && <Caption title="Voices only" detail="Your camera stays off." />}
      {microphone !== undefined && mode !== 'text' && help === undefined && <LevelMeter key={microphone.id} track={microphone} muted={state.muted} />}
    </section>
  );
}

function Caption({ title, detail }: { readonly title: string; readonly detail: string }) {
  return (
    <div className="preview-words">
      <p className="preview-title">{title}</p>
      <p>{detail}</p>
    </div>
  );
}

const INSTEAD: Readonly<Record<ModeName, string>> = {
  video: 'Join with video',
  audio: 'Join with audio',
  text: 'Join with text',
};

function Help({ help, onMode, onRetry }: { readonly help: DeviceHelp; readonly onMode: (mode: ModeName) => void; readonly onRetry: () => void }) {
  return (
    <div className="preview-help" role="alert">
      <AlertIcon />
      <h2>{help.title}</h2>
      {help.steps.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div className="preview-ways">
        {help.retry && <Button onPress={onRetry}>Try again</Button>}
        {help.instead.map((mode) => (
          <Button key={mode} look="quiet" onPress={() => onMode(mode)}>
            {INSTEAD[mode]}
          </Button>
        ))}
      </div>
    </div>
  );
}
