import { SwitchButton, SwitchField } from 'react-aria-components';

export interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  /** The id of the sentence that explains it. */
  readonly describedBy?: string;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, on, describedBy, disabled = false, onChange }: SwitchProps) {
  return (
    <SwitchField isSelected={on} isDisabled={disabled} onChange={onChange} {...(describedBy !== undefined && { 'aria-describedby': describedBy })}>
      <SwitchButton className="switch">
        <span className="switch-track" />
        {label}
      </SwitchButton>
    </SwitchField>
  );
}
