import { decide, isInView, windowToFocus, type Notice } from '@/features/push/core/notice';

declare const self: ServiceWorkerGlobalScope;

/** What a page is told when the browser has changed the subscription. */
const CHANGED = 'subscription-changed';

// There is nothing to be taken over from an older version: this worker answers pushes, and keeps and intercepts nothing.
self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('push', (event) => event.waitUntil(heed(event.data?.text())));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event)));

async function heed(text: string | undefined): Promise<void> {
  const decision = decide(text, { inView: isInView(await windows()) });
  if (decision.what === 'nothing') return;
  const tag = decision.what === 'close' ? decision.tag : decision.notice.tag;
  const shown = await self.registration.getNotifications({ tag });
  if (decision.what === 'close') for (const notice of shown) notice.close();
  else if (decision.what === 'show' || shown.length > 0) {
    await self.registration.showNotification(decision.notice.title, optionsOf(decision.notice));
  }
}

function optionsOf({ body, tag, stays, silent }: Notice): NotificationOptions {
  return { body, tag, requireInteraction: stays, silent, icon: '/icon-192.png', badge: '/badge-96.png' };
}

/** The page itself finds out what rings. */
async function show(): Promise<void> {
  const open = windowToFocus(await windows());
  await (open === undefined ? self.clients.openWindow('/') : open.focus());
}

function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}

/** Only a page can tell the server: an open one does so now, else the next one that is opened. */
async function resubscribe({ oldSubscription }: PushSubscriptionChangeEvent): Promise<void> {
  if (oldSubscription !== null) await self.registration.pushManager.subscribe(oldSubscription.options);
  for (const page of await windows()) page.postMessage(CHANGED);
}
