import { useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';

import type { Conductor } from './conductor';

import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Trouble } from '@/features/account/privacy-view';
import { LanguageField } from '@/features/matching/language-field';
import { TagsField } from '@/features/matching/tags-field';
import { NicknameField } from '@/features/sign-in/nickname-field';
import { addTag, cleanNickname } from '@/lib/core/tags';
import { useRunner } from '@/lib/use-runner';

export interface ProfileFormProps {
  readonly conductor: Conductor;
  /** What stands in it at first. */
  readonly nickname: string;
  readonly tags: readonly string[];
  readonly language: string;
  readonly onProve: () => void;
}

/** What others see, and what somebody is matched by. */
export function ProfileForm({ conductor, onProve, ...before }: ProfileFormProps) {
  const { account } = conductor;
  const { busy, done } = useRunner(account);
  const [draft, setDraft] = useState(before);
  const [typed, setTyped] = useState('');
  const [nameless, setNameless] = useState(false);
  const [touched, setTouched] = useState(false);
  const edit = (some: Partial<typeof draft>): void => {
    setDraft({ ...draft, ...some });
    setTouched(true);
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const nickname = cleanNickname(draft.nickname);
    setNameless(nickname === undefined);
    if (nickname === undefined) return;
    // A tag that was typed but not entered was meant all the same.
    const last = addTag(draft.tags, typed);
    const tags = last.kind === 'added' ? last.tags : draft.tags;
    setTyped('');
    setDraft({ ...draft, nickname, tags });
    setTouched(false);
    const { language } = draft;
    account.send({ type: 'ask', errand: { task: 'save', change: { nickname, tags, language } } });
  };
  return (
    <Form className="green-form" onSubmit={onSubmit} validationBehavior="aria">
      <NicknameField nickname={draft.nickname} onChange={(nickname) => edit({ nickname })} />
      <TagsField tags={draft.tags} onChange={(tags) => edit({ tags })} typed={typed} onType={setTyped} />
      <LanguageField language={draft.language} onChange={(language) => edit({ language })} />
      {nameless && <Notice>Type a nickname first.</Notice>}
      <Trouble account={account} tasks={['save']} onProve={onProve} />
      <div className="account-save">
        <Button type="submit" pending={busy?.task === 'save'}>
          Save
        </Button>
        <p className="account-done" role="status">
          {done === 'save' && !touched && 'Saved.'}
        </p>
      </div>
    </Form>
  );
}
