import { Button, Input, Label, SearchField } from 'react-aria-components';

import { AddButton } from './add-button';
import { friendsProblemText } from './core/words';
import type { Friends } from './friends';
import type { OnCall } from './friends-list';
import { sought, type FriendsState } from './machine';
import { For, PersonRow } from './person-row';

import { Button as OwnButton } from '@/components/ui/button';
import { CloseIcon, PhoneIcon, SearchIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { useRunner } from '@/lib/use-runner';

export function FindPeople({ friends }: { readonly friends: Friends }) {
  const { search } = useRunner(friends);
  return (
    <SearchField className="field" value={search.text} onChange={(text) => friends.send({ type: 'type', text })}>
      <Label className="sr-only">Find people</Label>
      <div className="search-frame">
        <SearchIcon />
        <Input className="input" placeholder="Find people by their name" autoComplete="off" autoCapitalize="none" spellCheck="false" enterKeyHint="search" />
        {search.text !== '' && (
          <Button className="search-clear">
            <CloseIcon />
          </Button>
        )}
      </div>
    </SearchField>
  );
}

/** Whether the search has taken the place of the lists. */
export function isSearching({ search }: FriendsState): boolean {
  return search.text.trim() !== '';
}

export function FoundPeople({ friends, onCall }: { readonly friends: Friends; readonly onCall: OnCall }) {
  const { search, list } = useRunner(friends);
  const { found, problem } = search;
  const ids = new Set(list?.friends.map(({ userId }) => userId));
  return (
    <div className="people">
      <p className="field-hint" role="status">
        {hint(search)}
      </p>
      {problem !== undefined && <ProblemNotice problem={problem} text={friendsProblemText} />}
      {found !== undefined && found.length > 0 && (
        <ul className="people-list" aria-label="Found people">
          {found.map(({ userId, nickname }) => (
            <PersonRow key={userId} name={nickname} detail={ids.has(userId) ? 'Your friend' : 'On Speed Connect'}>
              {ids.has(userId) ? (
                <OwnButton look="quiet" onPress={() => onCall({ userId, nickname })}>
                  <PhoneIcon />
                  Call
                  <For name={nickname} />
                </OwnButton>
              ) : (
                <AddButton friends={friends} nickname={nickname} whom={{ toUserId: userId }} />
              )}
            </PersonRow>
          ))}
        </ul>
      )}
    </div>
  );
}

function hint({ text, found, problem }: FriendsState['search']): string {
  if (sought(text) === undefined) return 'Type two letters at least.';
  if (problem !== undefined) return '';
  if (found === undefined) return 'Looking…';
  if (found.length === 0) return 'Nobody who can be found has that name. Clear the search to invite them by e-mail.';
  return found.length === 1 ? 'One person.' : `${found.length} people.`;
}
