import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app';
import { createConductor } from './app/conductor';
import { createBrowserPeer, createCertificate } from './features/call/peer';
import { browserMedia } from './features/devices/media';
import { identityDrawer } from './features/sign-in/identity-drawer';
import { createApi } from './lib/browser/api';
import { callMemoryDrawer } from './lib/browser/call-memory';
import { browserClock } from './lib/browser/clock';
import { preferencesDrawer } from './lib/browser/preferences';
import { openBrowserSocket } from './lib/browser/socket';
import { claimGuest } from './lib/browser/tab-claim';
import { openKvsChannel } from './lib/signaling/kvs';

import './styles/index.css';

const conductor = createConductor({
  clock: browserClock,
  chance: Math.random,
  api: createApi(browserClock),
  openSocket: openBrowserSocket,
  openKvs: openKvsChannel(browserClock),
  createPeer: createBrowserPeer,
  createCertificate,
  media: browserMedia,
  claim: claimGuest,
  identity: identityDrawer(),
  preferences: preferencesDrawer(),
  callMemory: callMemoryDrawer(),
});

addEventListener('online', conductor.gateway.wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') conductor.gateway.wake();
});
void conductor.restore();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App conductor={conductor} clock={browserClock} />
  </StrictMode>,
);
