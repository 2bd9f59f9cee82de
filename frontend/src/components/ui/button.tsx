import type { ReactNode } from 'react';
import { Button as AriaButton, ProgressBar } from 'react-aria-components';

import type { Problem } from '@/lib/core/problem';
import { useWait } from '@/lib/use-wait';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly look?: 'primary' | 'quiet' | 'danger' | 'plain';
  readonly large?: boolean;
  /** Something is under way: the button keeps its name and place but takes no press. */
  readonly pending?: boolean;
  readonly disabled?: boolean;
  /** Why it was refused the last time: where that says how long to wait, no press is taken before. */
  readonly refused?: Problem | undefined;
  readonly type?: 'button' | 'submit';
  /** The id of the form that a button outside of it sends. */
  readonly form?: string;
  /** It closes the sheet in which it stands as well. */
  readonly slot?: 'close';
  readonly onPress?: () => void;
}

export function Button({ children, look = 'primary', large = false, pending = false, disabled = false, refused, type = 'button', form, slot, onPress }: ButtonProps) {
  const waits = useWait(refused) > 0;
  return (
    <AriaButton
      className={`button button-${look}${large ? ' button-large' : ''}`}
      type={type}
      {...(form !== undefined && { form })}
      {...(slot !== undefined && { slot })}
      isPending={pending}
      isDisabled={disabled || waits}
      {...(onPress && { onPress })}
    >
      {pending && <ProgressBar className="spinner" aria-label="One moment" isIndeterminate />}
      {children}
    </AriaButton>
  );
}
