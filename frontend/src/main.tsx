import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app';
import { createConductor } from './app/conductor';
import { createBrowserPeer, createCertificate } from './features/call/peer';
import { browserMedia } from './features/devices/media';
import { seenDrawer } from './features/friends/seen-drawer';
import { barDrawer } from './features/sanctions/bar-drawer';
import { consentDrawer } from './features/terms/consent-drawer';
import { pendingDrawer } from './features/mail/pending-drawer';
import { browserPush, pushDrawer } from './features/push/browser-push';
import { identityDrawer } from './features/sign-in/identity-drawer';
import { accountMark, deviceDrawer, presenceDrawer } from './lib/browser/account-mark';
import { createApi } from './lib/browser/api';
import { callMemoryDrawer } from './lib/browser/call-memory';
import { browserClock } from './lib/browser/clock';
import { exclusively } from './lib/browser/exclusively';
import { goHome, takeLanding } from './lib/browser/landing';
import { preferencesDrawer } from './lib/browser/preferences';
import { saveFile } from './lib/browser/save-file';
import { openBrowserSocket } from './lib/browser/socket';
import { claimGuest } from './lib/browser/tab-claim';
import { tabSign } from './lib/browser/tab-sign';
import { playTone } from './lib/browser/tones';
import { openKvsChannel } from './lib/signaling/kvs';

import './styles/index.css';

const conductor = createConductor({
  clock: browserClock,
  chance: Math.random,
  api: createApi(browserClock, deviceDrawer()),
  openSocket: openBrowserSocket,
  openKvs: openKvsChannel(browserClock),
  createPeer: createBrowserPeer,
  createCertificate,
  media: browserMedia,
  claim: claimGuest,
  identity: identityDrawer(),
  preferences: preferencesDrawer(),
  callMemory: callMemoryDrawer(),
  mark: accountMark(),
  exclusively: exclusively('speed-connect.refresh'),
  pendingMail: pendingDrawer(),
  presence: presenceDrawer(),
  busy: tabSign('busy'),
  here: tabSign('here'),
  playTone,
  seen: seenDrawer(),
  push: browserPush,
  pushNote: pushDrawer(),
  consent: consentDrawer(),
  barred: barDrawer(),
  saveFile,
  goHome,
});

addEventListener('online', conductor.wake);
// A link that is pasted into the address bar of its own page loads nothing anew.
addEventListener('hashchange', () => {
  const landing = takeLanding();
  if (landing.kind === 'link') void conductor.land(landing);
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') conductor.wake();
});
void conductor.land(takeLanding());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App conductor={conductor} clock={browserClock} />
  </StrictMode>,
);
