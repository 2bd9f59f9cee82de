import { SwitchButton, SwitchField } from 'react-aria-components';

export interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  /** The id of the sentence that explains it. */
  readonly describedBy?: string;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, on, describedBy, onChange }: SwitchProps) {
  return (
    <SwitchField isSelected={on} onChange={onChange} {...(describedBy !== undefined && { 'aria-describedby': describedBy })}>
      <SwitchButton className="switch">
        <span className="switch-track" />
        {label}
      </SwitchButton>
    </SwitchField>
  );
}
