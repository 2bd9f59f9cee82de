import type { ReactNode } from 'react';
import { Button, ToggleButton } from 'react-aria-components';

export interface ControlProps {
  /** The name, in words under the picture. It stays the same in both states. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly tone?: 'plain' | 'next' | 'end';
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

/** A round button of the call's bar. */
export function Control({ label, icon, tone = 'plain', disabled = false, onPress }: ControlProps) {
  return (
    <Button className={`control control-${tone}`} isDisabled={disabled} onPress={onPress}>
      {icon}
      <span className="control-label">{label}</span>
    </Button>
  );
}

export interface ToggleControlProps extends Omit<ControlProps, 'onPress' | 'tone' | 'disabled'> {
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
  /** A small number on it, such as unread lines; told in words as well. */
  readonly badge?: number;
  readonly badgeText?: string;
  readonly className?: string;
}

export function ToggleControl({ label, icon, pressed, onChange, badge = 0, badgeText = 'unread', className = '' }: ToggleControlProps) {
  return (
    <ToggleButton className={`control ${className}`} isSelected={pressed} onChange={onChange}>
      {icon}
      <span className="control-label">{label}</span>
      {badge > 0 && (
        <span className="control-badge">
          {badge}
          <span className="sr-only"> {badgeText}</span>
        </span>
      )}
    </ToggleButton>
  );
}
