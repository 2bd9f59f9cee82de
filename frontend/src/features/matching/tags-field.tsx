import { useState, type KeyboardEvent } from 'react';
import { Button, FieldError, Input, Label, Tag, TagGroup, TagList, TextField } from 'react-aria-components';

import { suggestionsFor } from './core/suggestions';

import { CloseIcon, PlusIcon } from '@/components/ui/icons';
import { TAGS_MAX, TAG_LENGTH_MAX, addTag, type TagProblem } from '@/lib/core/tags';

export interface TagsFieldProps {
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
  /** What is typed and not entered yet; it counts when the form is sent. */
  readonly typed: string;
  readonly onType: (typed: string) => void;
}

export function TagsField({ tags, onChange, typed, onType }: TagsFieldProps) {
  const [problem, setProblem] = useState<TagProblem>();
  const add = (text: string): void => {
    const result = addTag(tags, text);
    setProblem(result.kind === 'refused' && result.problem !== 'empty' ? result.problem : undefined);
    if (result.kind === 'added') onChange(result.tags);
    if (result.kind === 'added' || result.problem === 'twice') onType('');
  };
  const type = (text: string): void => {
    setProblem(undefined);
    onType(text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends a word of an input method; that one is not ours.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && typed.trim() !== '') {
      event.preventDefault();
      add(typed);
    } else if (event.key === ',') {
      event.preventDefault();
      add(typed);
    } else if (event.key === 'Backspace' && typed === '') onChange(tags.slice(0, -1));
  };
  return (
    <div className="field">
      <TextField className="field" value={typed} onChange={type} isInvalid={problem !== undefined}>
        <Label className="field-label">
          Tags
        </Label>
        <Input className="input" placeholder={tags.length === 0 ? 'Type an interest, press Enter' : 'Another one?'} autoComplete="off" autoCapitalize="none" enterKeyHint="done" onKeyDown={onKeyDown} />
        <FieldError className="field-problem">{problem && PROBLEM_TEXT[problem]}</FieldError>
      </TextField>
      {tags.length > 0 && <Chosen tags={tags} onChange={onChange} />}
      <Suggestions tags={tags} onAdd={add} />
    </div>
  );
}

const PROBLEM_TEXT: Readonly<Record<TagProblem, string>> = {
  empty: 'Type something first.',
  'too-long': `At most ${TAG_LENGTH_MAX} characters.`,
  twice: 'You have that one already.',
  'too-many': `At most ${TAGS_MAX}; remove one first.`,
};

function Chosen({ tags, onChange }: Pick<TagsFieldProps, 'tags' | 'onChange'>) {
  return (
    <TagGroup aria-label="Chosen interests" onRemove={(keys) => onChange(tags.filter((tag) => !keys.has(tag)))}>
      <TagList className="chips" items={tags.map((tag) => ({ id: tag }))}>
        {({ id }) => (
          <Tag id={id} textValue={id} className="chip chip-removable">
            {id}
            <Button slot="remove" className="chip-remove">
              <CloseIcon />
            </Button>
          </Tag>
        )}
      </TagList>
    </TagGroup>
  );
}

function Suggestions({ tags, onAdd }: { readonly tags: readonly string[]; readonly onAdd: (tag: string) => void }) {
  const suggestions = suggestionsFor(tags);
  if (suggestions.length === 0) return null;
  return (
    <div className="chips" role="group" aria-label="Popular interests">
      {suggestions.map((tag) => (
        <Button key={tag} className="chip chip-add" aria-label={`Add ${tag}`} onPress={() => onAdd(tag)}>
          <PlusIcon />
          {tag}
        </Button>
      ))}
    </div>
  );
}
