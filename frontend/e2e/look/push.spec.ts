import { expect, test, type BrowserContext, type Page, type Worker } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { VARIANTS, closeVisitors, visitor } from '../support/visitor';

/** Being rung with the page closed: the switch in four variants, and the worker as the browser runs it. */
test.afterEach(closeVisitors);

type Answer = 'granted' | 'denied' | 'home-screen' | 'broken';

/** The push service and the person who is asked; what this browser really has differs from machine to machine. */
async function pretend(context: BrowserContext, answer: Answer): Promise<void> {
  await context.addInitScript((says) => {
    if (says === 'home-screen') {
      Reflect.deleteProperty(globalThis, 'PushManager');
      Object.defineProperty(navigator, 'standalone', { value: false });
      return;
    }
    let permission: NotificationPermission = 'default';
    Object.defineProperty(Notification, 'permission', { get: () => permission });
    Notification.requestPermission = () => {
      permission = says === 'denied' ? 'denied' : 'granted';
      return Promise.resolve(permission);
    };
    const subscription = {
      endpoint: 'https://push.test/1',
      options: { applicationServerKey: null },
      unsubscribe: () => {
        present = null;
        return Promise.resolve(true);
      },
      toJSON: () => ({ endpoint: 'https://push.test/1', keys: { p256dh: 'p256dh', auth: 'auth' } }),
    } as unknown as PushSubscription;
    let present: PushSubscription | null = null;
    PushManager.prototype.getSubscription = () => Promise.resolve(present);
    PushManager.prototype.subscribe = () => {
      if (says === 'broken') return Promise.reject(new DOMException('', 'AbortError'));
      present = subscription;
      return Promise.resolve(present);
    };
  }, answer);
}

async function toFriends(page: Page, server: FakeServer): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@example.org');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.accounts.mails.length).toBeGreaterThan(0);
  await page.getByRole('textbox', { name: 'Code' }).fill(server.accounts.mails.at(-1)?.code ?? '');
  await page.keyboard.press('Enter');
  await expect(page.getByText('You are signed in as')).toBeVisible();
  const ada = [...server.accounts.people.values()].find(({ nickname }) => nickname === 'Ada')?.userId ?? '';
  for (const name of ['Bea Maria', 'Cleo']) server.friends.befriend(ada, server.login(name).userId);
  await page.getByRole('button', { name: 'Friends' }).click();
  await expect(page.getByRole('switch', { name: 'Ring me' })).toBeVisible();
}

const flip = (page: Page) => page.getByText('Ring me when this page is closed').click();

for (const variant of VARIANTS) {
  test(`the switch, ${variant.name}`, async ({ browser }) => {
    for (const answer of ['granted', 'denied', 'home-screen', 'broken'] as const) {
      const server = new FakeServer(Date.now);
      const { page, shot, context } = await visitor(browser, variant, server);
      const look = axeLooker(shot, page);
      await pretend(context, answer);
      await toFriends(page, server);
      await page.getByRole('switch', { name: 'Ring me' }).scrollIntoViewIfNeeded();
      if (answer === 'granted') await look('push-off');
      if (answer !== 'home-screen') await flip(page);
      if (answer === 'granted') await expect.poll(() => server.accounts.pushes.size).toBe(1);
      else if (answer === 'broken') await expect(page.getByRole('alert')).toBeVisible();
      else if (answer === 'denied') await expect(page.getByText('are blocked in this browser')).toBeVisible();
      await page.getByRole('switch', { name: 'Ring me' }).evaluate((element) => element.closest('section')?.scrollIntoView({ block: 'end' }));
      await look(`push-${answer}`);
      if (answer !== 'granted') continue;
      await flip(page);
      await expect.poll(() => server.accounts.pushes.size).toBe(0);
    }
  });
}

test('the worker shows who calls, replaces it by the missed call, and shows nothing to who looks at the page', async ({ browser, baseURL }) => {
  const server = new FakeServer(Date.now);
  const { page, context } = await visitor(browser, VARIANTS[0], server);
  await context.grantPermissions(['notifications'], { origin: baseURL ?? '' });
  await pretend(context, 'granted');
  await toFriends(page, server);
  const cdp = await context.newCDPSession(page);
  const registrationId = new Promise<string>((resolve) =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [known] = registrations;
      if (known !== undefined) resolve(known.registrationId);
    }),
  );
  await cdp.send('ServiceWorker.enable');
  const [worker] = await Promise.all([context.waitForEvent('serviceworker'), flip(page)]);
  const deliver = async (event: string, data: object): Promise<void> => {
    const message = { event, data: { callId: 'c1', nickname: 'Bea', ...data } };
    await cdp.send('ServiceWorker.deliverPushMessage', { origin: baseURL ?? '', registrationId: await registrationId, data: JSON.stringify(message) });
  };
  const ring = { mode: 'video', expiresAt: Date.now() + 45_000 };
  await expect.poll(() => server.accounts.pushes.size).toBe(1);
  await deliver('call-request', ring);
  await page.waitForTimeout(500);
  expect(await titles(worker)).toEqual([]);
  await page.goto('about:blank');
  await deliver('call-request', ring);
  await expect.poll(() => titles(worker)).toEqual(['Bea is calling']);
  await deliver('call-timeout', {});
  await expect.poll(() => titles(worker)).toEqual(['You missed a call from Bea']);
});

function titles(worker: Worker): Promise<readonly string[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { readonly registration: ServiceWorkerRegistration };
    return (await registration.getNotifications()).map(({ title }) => title);
  });
}
