import { FieldError, Input, Label, TextField } from 'react-aria-components';

import { NICKNAME_LENGTH_MAX } from '@/lib/core/tags';

export interface NicknameFieldProps {
  readonly nickname: string;
  readonly onChange: (nickname: string) => void;
}

export function NicknameField({ nickname, onChange }: NicknameFieldProps) {
  return (
    <TextField className="field" name="nickname" value={nickname} onChange={onChange} maxLength={NICKNAME_LENGTH_MAX} isRequired>
      <Label className="field-label">Nickname</Label>
      <Input className="input" placeholder="What should they call you?" autoComplete="nickname" enterKeyHint="next" />
      <FieldError className="field-problem" />
    </TextField>
  );
}
