import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import type { Conductor } from './conductor';
import { ProfileForm } from './profile-form';
import { useStanding, type Standing } from './standing';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { MailIcon, ShieldIcon } from '@/components/ui/icons';
import { BlockedList } from '@/features/blocks/blocked-list';
import { LogOutView } from '@/features/account/log-out-view';
import { PrivacyView, Trouble } from '@/features/account/privacy-view';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

/** One's own page: who one is, what others see, what is kept, and the ways out. */
export function AccountDialog({ conductor, clock }: { readonly conductor: Conductor; readonly clock: Clock }) {
  const open = useValue(conductor.accountOpen);
  return (
    <Dialog title="Account" open={open} onClose={conductor.closeAccount}>
      <AccountPage conductor={conductor} clock={clock} />
    </Dialog>
  );
}

function AccountPage({ conductor, clock }: { readonly conductor: Conductor; readonly clock: Clock }) {
  const standing = useStanding(conductor);
  const { hideIp = false } = useValue(conductor.preferences);
  const moderates = useRunner(conductor.account).own?.moderates === true;
  const { kind } = standing;
  if (kind === 'returning' || kind === 'away') return <NotYet standing={standing} onAgain={conductor.wake} />;
  const prove = (): void => conductor.askByMail(standing.email);
  return (
    <div className="dialog-body">
      <Who standing={standing} />
      {moderates && <ModeratorsWay />}
      {kind !== 'account' && <Invitation onAccept={() => conductor.askByMail()} />}
      <Tabs className="tabs">
        <TabList className="segments" aria-label="About you">
          <Tab id="profile" className="segment">
            Profile
          </Tab>
          <Tab id="privacy" className="segment">
            Privacy
          </Tab>
        </TabList>
        <TabPanel id="profile" className="tab-panel">
          <Profile conductor={conductor} isIn={kind !== 'nobody'} onProve={prove} />
        </TabPanel>
        <TabPanel id="privacy" className="tab-panel">
          <PrivacyView
            account={conductor.account}
            kind={kind}
            hiddenHere={hideIp}
            blocked={<BlockedList blocks={conductor.blocks} clock={clock} />}
            onProve={prove}
          />
        </TabPanel>
      </Tabs>
      {kind !== 'nobody' && <LogOutView account={conductor.account} kind={kind} onProve={prove} />}
    </div>
  );
}

const STANDING_TEXT = {
  account: 'Signed in by mail',
  guest: 'A guest, in this tab only',
  nobody: 'Not signed in',
  returning: 'Signing you in…',
  away: 'Speed Connect cannot be reached to sign you in. Check your connection.',
} as const;

function Who({ standing: { kind, nickname, email } }: { readonly standing: Standing }) {
  return (
    <div className="account-who">
      <Avatar name={nickname} />
      <div>
        <p className="account-name">{nickname === '' ? 'No nickname yet' : nickname}</p>
        <p className="field-hint">{kind === 'account' && email !== undefined ? `Signed in as ${email}` : STANDING_TEXT[kind]}</p>
      </div>
    </div>
  );
}

/** The account is known to be there, and no more. */
function NotYet({ standing, onAgain }: { readonly standing: Standing; readonly onAgain: () => void }) {
  return (
    <div className="dialog-body">
      <Who standing={standing} />
      <Button look="quiet" pending={standing.kind === 'returning'} onPress={onAgain}>
        Try again
      </Button>
    </div>
  );
}

function Invitation({ onAccept }: { readonly onAccept: () => void }) {
  return (
    <div className="account-invitation">
      <p>Sign in by mail to keep your friends and your history, on every device.</p>
      <Button look="quiet" onPress={onAccept}>
        <MailIcon />
        Sign in by mail
      </Button>
    </div>
  );
}

/** In a tab of its own: whoever moderates is not rung at there. */
function ModeratorsWay() {
  return (
    <a className="moderators-way" href="/moderation" target="_blank" rel="noreferrer">
      <ShieldIcon />
      Moderation
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}

interface ProfileProps {
  readonly conductor: Conductor;
  readonly isIn: boolean;
  readonly onProve: () => void;
}

/** Who is not in says what this browser is to say of them. */
function Profile({ conductor, isIn, onProve }: ProfileProps) {
  const { own, trouble } = useRunner(conductor.account);
  const { nickname, tags, language } = useValue(conductor.preferences);
  if (!isIn) return <ProfileForm key="here" conductor={conductor} nickname={nickname} tags={tags} language={language} onProve={onProve} />;
  if (own !== undefined) {
    const { userId, nickname: name, tags: likes, language: speaks = '' } = own;
    return <ProfileForm key={userId} conductor={conductor} nickname={name} tags={likes} language={speaks} onProve={onProve} />;
  }
  if (trouble?.task !== 'load') return <p role="status">One moment…</p>;
  return (
    <div className="account-sections">
      <Trouble account={conductor.account} tasks={['load']} onProve={onProve} />
      <Button look="quiet" onPress={conductor.openAccount}>
        Try again
      </Button>
    </div>
  );
}
