import { SwitchButton, SwitchField } from 'react-aria-components';

export interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, on, onChange }: SwitchProps) {
  return (
    <SwitchField isSelected={on} onChange={onChange}>
      <SwitchButton className="switch">
        <span className="switch-track" />
        {label}
      </SwitchButton>
    </SwitchField>
  );
}
