import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';

export interface IconButtonProps {
  /** The name, which only those hear or see who ask for it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

/** A round button of a list's row, where its picture says enough. */
export function IconButton({ label, icon, disabled = false, onPress }: IconButtonProps) {
  return (
    <Button className="icon-button" aria-label={label} isDisabled={disabled} onPress={onPress}>
      {icon}
    </Button>
  );
}
