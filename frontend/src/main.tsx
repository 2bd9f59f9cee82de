import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app';
import { createConductor } from './app/conductor';
import { createDesk } from './app/desk';
import { ModerationPage } from './app/moderation-page';
import type { World } from './app/world';
import { browserMedia } from './features/devices/media';
import { seenDrawer } from './features/friends/seen-drawer';
import { barDrawer } from './features/sanctions/bar-drawer';
import { consentDrawer } from './features/terms/consent-drawer';
import { pendingDrawer } from './features/mail/pending-drawer';
import { browserPush, pushDrawer } from './features/push/browser-push';
import { PrivacyPage } from './features/terms/privacy-page';
import { TermsPage } from './features/terms/terms-page';
import { identityDrawer } from './features/sign-in/identity-drawer';
import { accountMark, deviceDrawer, presenceDrawer } from './lib/browser/account-mark';
import { createApi } from './lib/browser/api';
import { callMemoryDrawer } from './lib/browser/call-memory';
import { browserClock } from './lib/browser/clock';
import { exclusively } from './lib/browser/exclusively';
import { goHome, goToRoom, takeLanding, type Landing } from './lib/browser/landing';
import { preferencesDrawer } from './lib/browser/preferences';
import { canShareScreen, openScreen } from './lib/browser/screen-capture';
import { saveFile } from './lib/browser/save-file';
import { openBrowserSocket } from './lib/browser/socket';
import { claimGuest } from './lib/browser/tab-claim';
import { switchesDrawer } from './lib/browser/switches';
import { tabSign } from './lib/browser/tab-sign';
import { playTone } from './lib/browser/tones';
import { TRACE_BYTES, traceOf } from './lib/core/trace';
import { createBrowserPeer, createCertificate, fingerprintOfCertificate } from './lib/rtc/peer';
import { openKvsChannel } from './lib/signaling/kvs';

import './styles/index.css';

const trace = traceOf(crypto.getRandomValues(new Uint8Array(TRACE_BYTES)));
const world: World = {
  clock: browserClock,
  chance: Math.random,
  api: createApi(browserClock, deviceDrawer(), trace),
  trace,
  openSocket: openBrowserSocket,
  openKvs: openKvsChannel(browserClock),
  createPeer: createBrowserPeer,
  createCertificate,
  fingerprint: fingerprintOfCertificate,
  openScreen,
  canShareScreen: canShareScreen(),
  copy: (text) => navigator.clipboard.writeText(text),
  media: browserMedia,
  claim: claimGuest,
  identity: identityDrawer(),
  preferences: preferencesDrawer(),
  callMemory: callMemoryDrawer(),
  switches: switchesDrawer(),
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
  goToRoom,
};

/** The page where people meet. */
function meet(landing: Landing): ReactNode {
  const conductor = createConductor(world);
  addEventListener('online', conductor.wake);
  // A link that is pasted into the address bar of its own page loads nothing anew.
  addEventListener('hashchange', () => {
    const next = takeLanding();
    if (next.kind === 'link') void conductor.land(next);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') conductor.wake();
  });
  void conductor.land(landing);
  return <App conductor={conductor} clock={browserClock} />;
}

/** The page where moderators work. */
function moderate(): ReactNode {
  const desk = createDesk(world);
  void desk.open();
  return <ModerationPage desk={desk} clock={browserClock} />;
}

function pageAt(landing: Landing): ReactNode {
  switch (landing.kind) {
    case 'start':
    case 'link':
    case 'room':
      return meet(landing);
    case 'moderation':
      return moderate();
    case 'terms':
      return <TermsPage />;
    case 'privacy':
      return <PrivacyPage />;
    default:
      return landing satisfies never;
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<StrictMode>{pageAt(takeLanding())}</StrictMode>);
