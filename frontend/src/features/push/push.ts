import { NO_PUSH, reducePush, type Errand, type Ground, type Permission, type PushEffect, type PushEvent, type PushState, type Trouble } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { ApiError, problemOf, type Api, type Drawer } from '@/lib/ports';
import type { SubscribeRequest } from '@/protocol/messages';

/** What a browser offers for being rung with the page closed. */
export interface PushBrowser {
  readonly ground: () => Ground;
  /** Asks for the permission to show notices; it has to be pressed for. */
  readonly ask: () => Promise<Permission>;
  /** The present subscription for this key, or a new one. */
  readonly subscribe: (publicKey: string) => Promise<SubscribeRequest>;
  /** Ends the subscription and tells which it was. */
  readonly unsubscribe: () => Promise<string | undefined>;
  /** The browser has changed the subscription by itself. */
  readonly onChange: (listener: () => void) => void;
  /** The page is looked at: what stands outside of it is told in it. */
  readonly putAway: () => void;
}

/** For whom it was switched on in this browser. */
export interface PushNote {
  readonly userId: string;
}

export interface PushPorts {
  readonly api: Api;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  readonly browser: PushBrowser;
  readonly drawer: Drawer<PushNote>;
}

export interface Push extends Runner<PushState, PushEvent> {
  readonly look: () => void;
}

export function createPush(ports: PushPorts): Push {
  const { browser } = ports;
  // One after the other: who goes while it is being switched on leaves nothing behind.
  let before: Promise<unknown> = Promise.resolve();
  const perform = ({ errand }: PushEffect, send: (event: PushEvent) => void): void => {
    // At once, as browsers want to see the press.
    const asked = errand.task === 'on' ? browser.ask() : Promise.resolve(browser.ground().permission);
    before = before
      .then(() => run(ports, errand, asked))
      .then(
        (permission) => send({ type: 'done', errand, permission }),
        (error: unknown) => send({ type: 'failed', errand, trouble: troubleOf(error) }),
      );
  };
  const runner = runMachine(NO_PUSH, reducePush, perform);
  browser.onChange(() => runner.send({ type: 'changed' }));
  return { ...runner, look: () => runner.send({ type: 'look', ...browser.ground() }) };
}

async function run(ports: PushPorts, { task, userId }: Errand, asked: Promise<Permission>): Promise<Permission> {
  const permission = await asked;
  switch (task) {
    case 'on':
      if (permission === 'granted') {
        await subscribe(ports).catch(async (error: unknown) => {
          await ports.browser.unsubscribe().catch(() => undefined);
          throw error;
        });
        ports.drawer.save({ userId });
      }
      return permission;
    case 'renew':
      await subscribe(ports);
      return permission;
    case 'off':
      await unsubscribe(ports, true);
      return permission;
    case 'drop': {
      // Another account may have switched it on here since.
      const kept = ports.drawer.load();
      if (kept === undefined || kept.userId === userId) await unsubscribe(ports, false);
      return permission;
    }
    default:
      return task satisfies never;
  }
}

async function subscribe({ api, authorised, browser }: PushPorts): Promise<void> {
  const publicKey = await authorised((token) => api.pushKey(token));
  const subscription = await browser.subscribe(publicKey);
  await authorised((token) => api.subscribePush(token, subscription));
}

/** Once the browser takes no more, nothing rings, whether the server has heard of it or not. */
async function unsubscribe({ api, authorised, browser, drawer }: PushPorts, tells: boolean): Promise<void> {
  const endpoint = await browser.unsubscribe();
  drawer.clear();
  if (tells && endpoint !== undefined) await authorised((token) => api.unsubscribePush(token, endpoint)).catch(() => undefined);
}

function troubleOf(error: unknown): Trouble {
  return error instanceof ApiError ? { from: 'server', problem: problemOf(error) } : { from: 'browser' };
}
