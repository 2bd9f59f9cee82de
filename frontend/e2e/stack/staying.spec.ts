import { expect, test } from '@playwright/test';

import { expectMediaToFlow, watchPeers } from '../support/media';
import { Person, meet } from '../support/person';

for (const who of ['ada', 'bea'] as const) {
  // The one is the offerer, the other the answerer, whichever way the server chose.
  test(`a reload by ${who} keeps the call, its chat and its countdown`, async ({ browser }) => {
    const meeting = await meet(browser, { prepare: (context) => watchPeers(context) });
    const { [who]: reloading, leave } = meeting;
    const staying = who === 'ada' ? meeting.bea : meeting.ada;
    await reloading.say('before the reload');
    await staying.hears('before the reload');
    await reloading.page.reload();
    await reloading.status('Connected', 40_000);
    await staying.status('Connected', 40_000);
    await reloading.hears('before the reload');
    await expectMediaToFlow(reloading.page);
    await expectMediaToFlow(staying.page);
    await reloading.say('after the reload');
    await staying.hears('after the reload');
    await staying.say('welcome back');
    await reloading.hears('welcome back');
    await leave();
  });
}

test('a reload keeps who they are, though the page before it goes slowly', async ({ browser }) => {
  const { ada, leave } = await meet(browser);
  const slow = await ada.page.context().newPage();
  await slow.goto('/');
  // As long as this holds what the old page held, that page is as good as there.
  await slow.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    const name = held.map((lock) => lock.name ?? '').find((one) => one.startsWith('speed-connect.')) ?? '';
    void navigator.locks.request(name, async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 2500);
      });
    });
  });
  await ada.page.reload();
  await ada.status('Connected', 40_000);
  await leave();
});

test('a duplicated tab is somebody new and takes nothing from the first', async ({ browser }) => {
  const context = await browser.newContext();
  const first = new Person('Ada', await context.newPage());
  await first.arrive();
  await first.introduce('cooking');
  await first.press('Start');
  await first.status(/^Looking for/u);
  const copied = await first.page.evaluate(() => JSON.stringify(sessionStorage));
  const second = await context.newPage();
  await second.addInitScript((text) => {
    if (sessionStorage.length > 0) return;
    for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, string>)) sessionStorage.setItem(key, value);
  }, copied);
  await second.goto('/');
  await expect(second.getByRole('button', { name: 'Start' })).toBeVisible();
  await first.status(/^Looking for/u);
  await context.close();
});

test('a tab that stays closed: the partner is told at once and freed after the grace time', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser);
  await ada.page.close();
  await bea.status('Partner reconnecting…');
  await bea.sees('Ada left the call', 45_000);
  await bea.press('Next person');
  await bea.status(/^Looking for/u);
  await leave();
});

test('a lost socket comes back with a new ticket, and the media never notices', async ({ browser }) => {
  const cut: (() => Promise<void>)[] = [];
  const { ada, bea, leave } = await meet(browser, {
    prepare: async (context) => {
      await watchPeers(context);
      await context.routeWebSocket('**/ws', (page) => {
        const server = page.connectToServer();
        cut.push(async () => {
          await server.close();
          await page.close();
        });
      });
    },
  });
  const peers = await ada.page.evaluate(() => window.peers?.length);
  const [cutFirst] = cut;
  await cutFirst?.();
  await expect.poll(() => cut.length).toBe(3);
  await ada.status('Connected');
  await bea.status('Connected');
  await ada.say('still here');
  await bea.hears('still here');
  await bea.say('so am I');
  await ada.hears('so am I');
  await expectMediaToFlow(ada.page);
  expect(await ada.page.evaluate(() => window.peers?.length)).toBe(peers);
  await leave();
});
