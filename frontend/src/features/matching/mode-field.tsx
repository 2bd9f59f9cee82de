import type { ReactNode } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';

import { CameraIcon, ChatIcon, MicrophoneIcon } from '@/components/ui/icons';
import type { ModeName } from '@/protocol/messages';

export interface ModeFieldProps {
  readonly mode: ModeName;
  readonly onChange: (mode: ModeName) => void;
}

const MODES: readonly (readonly [ModeName, string, () => ReactNode])[] = [
  ['video', 'Video', CameraIcon],
  ['audio', 'Audio', MicrophoneIcon],
  ['text', 'Text', ChatIcon],
];

export function ModeField({ mode, onChange }: ModeFieldProps) {
  return (
    <RadioGroup className="field" value={mode} onChange={(value) => onChange(value as ModeName)} orientation="horizontal">
      <Label className="field-label">How do you want to meet?</Label>
      <div className="segments">
        {MODES.map(([value, label, Icon]) => (
          <RadioField key={value} value={value}>
            <RadioButton className="segment">
              <Icon />
              {label}
            </RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
