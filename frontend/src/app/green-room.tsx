import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';

import { AccountDialog } from './account-dialog';
import type { Conductor } from './conductor';
import { GreenHeader } from './green-header';
import { NewsBar } from './news-bar';
import { useStanding } from './standing';

import { Button } from '@/components/ui/button';
import { PeopleIcon } from '@/components/ui/icons';
import { ProblemNotice } from '@/components/ui/notice';
import { HideIpSwitch } from '@/features/account/hide-ip-switch';
import { Trouble } from '@/features/account/privacy-view';
import { DevicePickers } from '@/features/devices/device-pickers';
import { Preview } from '@/features/devices/preview';
import { LanguageField } from '@/features/matching/language-field';
import { ModeField } from '@/features/matching/mode-field';
import { TagsField } from '@/features/matching/tags-field';
import { useMatching } from '@/features/matching/use-matching';
import { MailDialog } from '@/features/mail/mail-dialog';
import { MakerDialog } from '@/features/room-maker/maker-dialog';
import { NicknameField } from '@/features/sign-in/nickname-field';
import { useSignIn } from '@/features/sign-in/use-sign-in';
import { problemText, type Problem } from '@/lib/core/problem';
import { spanOf } from '@/lib/core/span-text';
import { addTag } from '@/lib/core/tags';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

const WISHES = 'wishes';
/** A sheet that closes gives the focus back to its button first, where there still is one. */
const FOCUS_AFTER_MS = 100;

const KEEPS = 'Your name, your friends and your history come along, and you find them on every device.';
const BACK = 'A new link brings you back in.';

/** What somebody has of signing in by mail. */
const WHY = {
  account: 'A new link shows us that it is still you.',
  guest: KEEPS,
  nobody: 'Your friends and your history stay yours, on every device.',
  returning: BACK,
  away: BACK,
} as const;

/** Before anybody is met: who am I, what do I like, how do I look. */
export function GreenRoom({ conductor, clock }: { readonly conductor: Conductor; readonly clock: Clock }) {
  const { devices, change } = conductor;
  const { nickname, mode } = useValue(conductor.preferences);
  useFocusAfterSheets(conductor, clock);
  return (
    <div className="page green">
      <GreenHeader conductor={conductor} />
      <main tabIndex={-1} className="green-room arrive">
        <NewsBar conductor={conductor} />
        <div className="green-scroll">
          <div className="green-words">
            <h1>Five minutes with someone new.</h1>
            <p>Say what you like, press Start, and meet a person who likes it too.</p>
          </div>
          <div className="green-preview">
            <Preview devices={devices} mode={mode} name={nickname} onMode={(next) => change({ mode: next })} />
            <DevicePickers
              devices={devices}
              mode={mode}
              onChoose={(kind, id) => change(kind === 'camera' ? { cameraId: id } : { microphoneId: id })}
              onMute={(muted) => change({ muted })}
            />
            <Hiding conductor={conductor} />
          </div>
          <Wishes conductor={conductor} />
        </div>
        <StartBar conductor={conductor} />
      </main>
      <AccountDialog conductor={conductor} clock={clock} />
      <MailDialog mail={conductor.mail} clock={clock} why={WHY[useStanding(conductor).kind]} />
      <MakerDialog maker={conductor.roomMaker} onMake={conductor.makeRoom} onVisit={conductor.visitRoom} />
    </div>
  );
}

/** Who has come in finds no button "Sign in" to go back to: then the focus goes to the beginning of the room. */
function useFocusAfterSheets({ mail, accountOpen, friendsOpen }: Conductor, clock: Clock): void {
  const state = useRunner(mail);
  const friends = useValue(friendsOpen) !== undefined;
  const sheets = useValue(accountOpen) || friends || state.phase === 'address' || (state.phase === 'sent' && state.shown);
  const before = useRef(sheets);
  useEffect(() => {
    const closed = before.current && !sheets;
    before.current = sheets;
    if (!closed) return;
    return clock.after(FOCUS_AFTER_MS, () => {
      if (document.activeElement === document.body) document.querySelector<HTMLElement>('main')?.focus();
    });
  }, [sheets, clock]);
}

/** Whether the other side learns one's network address. */
function Hiding({ conductor }: { readonly conductor: Conductor }) {
  const { hideIp = false } = useValue(conductor.preferences);
  const { kind } = useStanding(conductor);
  return (
    <div className="green-hide">
      <HideIpSwitch account={conductor.account} kind={kind === 'account' || kind === 'guest' ? kind : 'nobody'} hiddenHere={hideIp} />
      <Trouble account={conductor.account} tasks={['hide']} onProve={() => conductor.askByMail()} />
    </div>
  );
}

function Wishes({ conductor }: { readonly conductor: Conductor }) {
  const { change, start } = conductor;
  const { nickname, tags, language, mode } = useValue(conductor.preferences);
  const trouble = useTrouble(conductor);
  const [typed, setTyped] = useState('');
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    // A tag that was typed but not entered was meant all the same.
    const last = addTag(tags, typed);
    if (last.kind === 'added') change({ tags: last.tags });
    setTyped('');
    start();
  };
  return (
    <Form id={WISHES} className="green-form" onSubmit={onSubmit} validationBehavior="aria">
      <NicknameField nickname={nickname} onChange={(next) => change({ nickname: next })} />
      <TagsField tags={tags} onChange={(next) => change({ tags: next })} typed={typed} onType={setTyped} />
      <ModeField mode={mode} onChange={(next) => change({ mode: next })} />
      <LanguageField language={language} onChange={(next) => change({ language: next })} />
      {trouble !== undefined && <ProblemNotice problem={trouble} text={startProblemText} />}
    </Form>
  );
}

/** Why nobody is met. */
function useTrouble({ signIn, matching }: Conductor): Problem | undefined {
  const { problem: refused } = useSignIn(signIn);
  return useMatching(matching).problem ?? refused;
}

/** Who is banned where they are signed in sees why; a device that is banned has nobody to tell it to. */
function startProblemText(problem: Problem): string {
  if (problem.code !== 'banned' || problem.retryAfterSeconds === undefined) return problemText(problem);
  return `Nobody can come in on this device for another ${spanOf(problem.retryAfterSeconds)}: somebody who used it was banned. If that was you, the page that was banned shows why, and how to appeal.`;
}

/** Stands below the form, on a phone always in reach while the rest scrolls. */
function StartBar({ conductor }: { readonly conductor: Conductor }) {
  const { phase } = useMatching(conductor.matching);
  const trouble = useTrouble(conductor);
  return (
    <div className="green-start">
      <Button type="submit" form={WISHES} large pending={phase === 'leaving'} refused={trouble}>
        Start
      </Button>
      <Button look="quiet" onPress={conductor.openMaker}>
        <PeopleIcon />
        Create a room
      </Button>
      <p className="field-hint">Be kind. Calls last five minutes; picture and sound go encrypted between the two of you.</p>
      <p className="green-legal">
        <a href="/terms" target="_blank" rel="noreferrer">
          Terms
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
        <a href="/privacy" target="_blank" rel="noreferrer">
          Privacy
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
      </p>
    </div>
  );
}
