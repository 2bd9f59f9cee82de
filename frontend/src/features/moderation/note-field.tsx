import { useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { FieldError, Label, Text, TextArea, TextField } from 'react-aria-components';

/** As many characters as the server keeps. */
const NOTE_MAX = 1000;

/** Why something is decided, and what: nothing is done before the reason is there. */
export interface Note<Way extends string> {
  readonly text: string;
  /** Without blanks around it. */
  readonly words: string;
  /** What was asked for. */
  readonly way: Way | undefined;
  readonly missing: boolean;
  readonly area: RefObject<HTMLTextAreaElement | null>;
  readonly write: (text: string) => void;
  /** Does it, or asks why. */
  readonly choose: (way: Way) => void;
}

export function useNote<Way extends string>(act: (way: Way, words: string) => void): Note<Way> {
  const [text, write] = useState('');
  const [way, setWay] = useState<Way>();
  const area = useRef<HTMLTextAreaElement>(null);
  const words = text.trim();
  const choose = (chosen: Way): void => {
    setWay(chosen);
    if (words === '') area.current?.focus();
    else act(chosen, words);
  };
  return { text, words, way, missing: way !== undefined && words === '', area, write, choose };
}

export interface NoteFieldProps<Way extends string> {
  readonly note: Note<Way>;
  readonly labels: Readonly<Record<Way, string>>;
}

/** The reason: Ctrl+Enter does what was asked for before, and Escape leaves the field, so that single keys decide again. */
export function NoteField<Way extends string>({ note, labels }: NoteFieldProps<Way>) {
  const { text, way, missing, area, write, choose } = note;
  const hear = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') event.currentTarget.blur();
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || way === undefined) return;
    event.preventDefault();
    choose(way);
  };
  return (
    <TextField className="field" value={text} onChange={write} isRequired isInvalid={missing} maxLength={NOTE_MAX}>
      <Label className="field-label">
        Note <span className="field-hint">why you decide so; moderators alone see it</span>
      </Label>
      <TextArea ref={area} className="input" rows={2} onKeyDown={hear} />
      {way !== undefined && !missing && (
        <Text slot="description" className="field-hint">
          Ctrl+Enter: {labels[way]}
        </Text>
      )}
      <FieldError className="field-problem">Say why in a few words, then press Ctrl+Enter{way !== undefined && `: ${labels[way]}`}.</FieldError>
    </TextField>
  );
}
