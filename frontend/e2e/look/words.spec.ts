import { expect, test, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { closeVisitors, VARIANTS, visitor } from '../support/visitor';

test.afterEach(closeVisitors);

async function start(page: Page, nickname: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
  await page.getByRole('button', { name: 'Start' }).click();
}

async function words(page: Page): Promise<readonly string[]> {
  await expect(page.getByRole('list', { name: 'Safety words' }).getByRole('listitem')).toHaveCount(8);
  return page.getByRole('list', { name: 'Safety words' }).getByRole('listitem').allTextContents();
}

for (const variant of VARIANTS) {
  test(`safety words, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const ada = await visitor(browser, variant, server);
    const bea = await visitor(browser, VARIANTS[0], server);
    const look = axeLooker(ada.shot, ada.page);
    await start(ada.page, 'Ada');
    await start(bea.page, 'Bea Maria');
    await expect(ada.page.getByRole('status')).toHaveText('Connected');
    await look('call-safety');
    for (const { page } of [ada, bea]) await page.getByRole('button', { name: 'Safety words' }).click();
    expect(await words(ada.page)).toEqual(await words(bea.page));
    await look('safety-words');
    await ada.page.keyboard.press('Escape');
    await expect(ada.page.getByRole('button', { name: 'Safety words' })).toBeFocused();
    server.tell('Ada', 'answer', { sessionId: server.sessionOf('Ada'), from: 'peer-1', epoch: 1, n: 99, data: { type: 'answer', sdp: 'v=0\r\n' } });
    await expect(ada.page.getByRole('heading', { name: 'We hung up to protect you' })).toBeVisible();
    await look('ended-identity');
  });

  test(`safety words in a room, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { roomId } = server.rooms.create('nobody-0', { name: 'Sunday choir', capacity: 8 });
    const ada = await visitor(browser, variant, server);
    const bea = await visitor(browser, VARIANTS[0], server);
    const look = axeLooker(ada.shot, ada.page);
    for (const [{ page }, nickname] of [[ada, 'Ada'], [bea, 'Bea with quite a long nickname']] as const) {
      await page.goto(`/room/${roomId}`);
      await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('button', { name: /^People/u }).click();
    }
    await look('room-people-safety');
    for (const { page } of [ada, bea]) await page.getByRole('button', { name: /^Safety words with/u }).click();
    expect(await words(ada.page)).toEqual(await words(bea.page));
    await look('room-safety-words');
  });
}
