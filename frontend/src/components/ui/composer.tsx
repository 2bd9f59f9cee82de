import { useState, type SyntheticEvent } from 'react';
import { Button, FieldError, Input, Label, TextField } from 'react-aria-components';

import { SendIcon } from './icons';

import { fitsMessage } from '@/lib/core/message';

export interface ComposerProps {
  readonly placeholder: string;
  readonly onSay: (text: string) => void;
}

/** Where a line is written and sent. */
export function Composer({ placeholder, onSay }: ComposerProps) {
  const [text, setText] = useState('');
  const fits = fitsMessage(text);
  const ready = text.trim() !== '' && fits;
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!ready) return;
    onSay(text);
    setText('');
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      <TextField className="composer-field" value={text} onChange={setText} isInvalid={!fits}>
        <Label className="sr-only">Message</Label>
        <Input className="input composer-input" placeholder={placeholder} autoComplete="off" enterKeyHint="send" />
        <FieldError className="field-problem composer-problem">That is too long: 2,000 characters at most.</FieldError>
      </TextField>
      <Button className="composer-send" type="submit" aria-label="Send" isDisabled={!ready}>
        <SendIcon />
      </Button>
    </form>
  );
}
