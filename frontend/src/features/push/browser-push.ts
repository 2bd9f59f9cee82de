import { bytesOf, sameBytes } from './core/key';
import type { Support } from './machine';
import type { PushBrowser, PushNote } from './push';

import { isRecord, storageDrawer } from '@/lib/browser/drawer';
import type { Drawer } from '@/lib/ports';
import type { SubscribeRequest } from '@/protocol/messages';

const WORKER = '/push-worker.js';

export function pushDrawer(): Drawer<PushNote> {
  return storageDrawer(() => localStorage, 'speed-connect.push', (value): value is PushNote => isRecord(value) && typeof value['userId'] === 'string');
}

export const browserPush: PushBrowser = {
  ground: () => ({ support: support(), permission: support() === 'yes' ? Notification.permission : 'default' }),
  ask: () => Notification.requestPermission(),
  subscribe: async (publicKey) => {
    await navigator.serviceWorker.register(workerUrl());
    const { pushManager } = await navigator.serviceWorker.ready;
    const key = bytesOf(publicKey);
    const present = await pushManager.getSubscription();
    if (present !== null && isFor(present, key)) return toldOf(present);
    // The server has another key by now.
    await present?.unsubscribe();
    return toldOf(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  },
  unsubscribe: async () => {
    const registration = await registered();
    const subscription = await registration?.pushManager.getSubscription();
    await subscription?.unsubscribe();
    await registration?.unregister();
    return subscription?.endpoint;
  },
  onChange: (listener) => {
    if (support() === 'yes') navigator.serviceWorker.addEventListener('message', listener);
  },
  putAway: () => {
    if (support() === 'yes' && document.visibilityState === 'visible') void closeAll().catch(() => undefined);
  },
};

function support(): Support {
  if (isSecureContext && 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis) return 'yes';
  // Only what runs on an iPhone or iPad knows whether it was opened from the Home Screen.
  return 'standalone' in navigator && navigator.standalone === false ? 'home-screen' : 'browser';
}

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  return support() === 'yes' ? navigator.serviceWorker.getRegistration('/') : undefined;
}

async function closeAll(): Promise<void> {
  const registration = await registered();
  for (const notice of (await registration?.getNotifications()) ?? []) notice.close();
}

function isFor({ options }: PushSubscription, key: Uint8Array): boolean {
  return options.applicationServerKey !== null && sameBytes(new Uint8Array(options.applicationServerKey), key);
}

function toldOf(subscription: PushSubscription): SubscribeRequest {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) throw new TypeError('a subscription without keys');
  return { endpoint, keys: { p256dh, auth } };
}

interface TrustedTypes {
  readonly createPolicy: (name: string, rules: { readonly createScriptURL: () => string }) => { readonly createScriptURL: (url: string) => string };
}

/** Where trusted types are required, the one address that is ever registered is a trusted one. */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('push-worker', { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;
