import { expect, test, type Browser, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { VARIANTS, closeVisitors, visitor, type Variant } from '../support/visitor';

/** Friends and ringing, in four variants, for people to look at and for axe to measure. */
test.afterEach(closeVisitors);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function account(browser: Browser, variant: Variant, server: FakeServer, name: string) {
  const { page, shot } = await visitor(browser, variant, server);
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Nickname' }).fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill(`${name.split(' ')[0]?.toLowerCase() ?? ''}@example.org`);
  await page.keyboard.press('Enter');
  const before = server.accounts.people.size;
  await page.getByRole('textbox', { name: 'Code' }).fill(await codeOf(server, before));
  await page.keyboard.press('Enter');
  await expect(page.getByText('You are signed in as')).toBeVisible();
  const person = [...server.accounts.people.values()].find(({ nickname }) => nickname === name);
  return { page, shot, look: axeLooker(shot, page), userId: person?.userId ?? '' };
}

async function codeOf(server: FakeServer, mails: number): Promise<string> {
  await expect.poll(() => server.accounts.mails.filter(({ used }) => !used).length, { message: `after ${mails}` }).toBeGreaterThan(0);
  return server.accounts.mails.at(-1)?.code ?? '';
}

/** Ada has a life: friends here and away, requests both ways, and calls of all kinds. */
function settle(server: FakeServer, ada: string): void {
  const now = Date.now();
  for (const [index, name] of ['Cleo', 'Dora Evergreen-Featherstonehaugh', 'Émile'].entries()) {
    const { userId } = server.login(name);
    server.friends.befriend(ada, userId, now - (index + 1) * 40 * DAY);
    const call = { sessionId: `old-${index}`, commonTags: index === 1 ? ['music', 'science fiction', 'cooking'] : [], mode: 'video' };
    const kind = (['friend', 'missed', 'unanswered'] as const)[index] ?? 'friend';
    server.friends.remember(ada, userId, { ...call, kind, startedAt: now - (3 - index) * 0.7 * DAY, durationMs: kind === 'friend' ? 65 * MINUTE : 0 });
  }
  const stranger = server.login('Frida');
  server.friends.partners.set('met', [ada, stranger.userId]);
  server.friends.remember(ada, stranger.userId, { sessionId: 'met', kind: 'stranger', commonTags: ['music', 'hiking'], mode: 'video', startedAt: now - 20 * MINUTE, durationMs: 252_000 });
  server.friends.ask(server.login('Gustav').userId, { toUserId: ada });
  server.friends.ask(server.login('Hana').userId, { toUserId: ada });
  server.friends.ask(ada, { toUserId: server.login('Ida').userId });
  server.friends.ask(ada, { toEmail: 'a.very.long.address@somewhere.example.org' });
  for (const person of server.accounts.people.values()) person.findable = true;
}

const face = (page: Page) => page.getByRole('dialog', { name: 'Friends' });

for (const variant of VARIANTS) {
  test(`friends, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, look, userId } = await account(browser, variant, server, 'Ada');
    await page.getByRole('button', { name: 'Friends' }).click();
    await expect(page.getByText('No friends here yet')).toBeVisible();
    await look('friends-none');
    await page.getByRole('tab', { name: 'Requests' }).click();
    await look('friends-no-requests');
    await page.getByRole('tab', { name: 'Calls' }).click();
    await look('friends-no-calls');
    await face(page).getByRole('button', { name: 'Close' }).click();
    const bea = await account(browser, VARIANTS[0], server, 'Bea Maria');
    server.friends.befriend(userId, bea.userId, Date.now() - DAY);
    settle(server, userId);
    await expect(page.getByText('Hana would like to be your friend.')).toBeVisible();
    await look('green-asked');
    await page.getByRole('button', { name: 'Friends' }).click();
    await expect(page.getByRole('button', { name: 'Call Bea Maria' })).toBeVisible();
    await look('friends-list');
    await page.getByRole('button', { name: 'Remove Cleo' }).click();
    await look('friends-remove');
    await page.getByRole('button', { name: 'Keep Cleo' }).click();
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByRole('button', { name: 'Accept Gustav' }).click();
    await expect(page.getByText('You and Gustav are friends now.')).toBeVisible();
    await look('friends-requests');
    await page.getByRole('tab', { name: 'Calls' }).click();
    await look('friends-calls');
    await page.getByRole('button', { name: 'Add Frida as a friend' }).click();
    await expect(page.getByText('Asked', { exact: false }).first()).toBeVisible();
    await look('friends-calls-asked');
    await page.getByRole('searchbox', { name: 'Find people' }).fill('i');
    await look('friends-search-short');
    await page.getByRole('searchbox', { name: 'Find people' }).fill('id');
    await expect(page.getByRole('button', { name: 'Add Ida' })).toBeVisible();
    await look('friends-search');
    await page.getByRole('searchbox', { name: 'Find people' }).fill('nobody');
    await expect(page.getByText('Nobody who can be found')).toBeVisible();
    await look('friends-search-none');
  });

  test(`ringing, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const ada = await account(browser, variant, server, 'Ada');
    const bea = await account(browser, VARIANTS[0], server, 'Bea Maria');
    server.friends.befriend(ada.userId, bea.userId);
    const rings = async (from: Page, name: string): Promise<void> => {
      await from.getByRole('button', { name: 'Friends' }).click();
      await from.getByRole('button', { name: `Call ${name}` }).click();
    };
    await rings(ada.page, 'Bea Maria');
    await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
    await ada.look('ring-calling');
    await bea.page.getByRole('button', { name: 'Decline' }).click();
    await expect(ada.page.getByRole('heading', { name: 'Bea Maria cannot talk now' })).toBeVisible();
    await ada.look('ring-declined');
    await ada.page.getByRole('button', { name: 'Call again' }).click();
    await expect(bea.page.getByRole('alertdialog')).toBeVisible();
    await ada.page.getByRole('button', { name: 'Cancel' }).click();
    await expect(bea.page.getByText('You missed a call from Ada.')).toBeVisible();
    await rings(bea.page, 'Ada');
    await expect(ada.page.getByRole('alertdialog', { name: 'Bea Maria is calling' })).toBeVisible();
    await ada.look('ring-incoming');
    server.friends.timeOut();
    await expect(ada.page.getByText('You missed a call from Bea Maria.')).toBeVisible();
    await ada.look('green-missed');
    await ada.page.getByRole('button', { name: 'Friends' }).click();
    await bea.page.getByRole('button', { name: 'Call again' }).click();
    await expect(ada.page.getByRole('alertdialog')).toBeVisible();
    await ada.look('ring-incoming-over-sheet');
    await ada.page.getByRole('button', { name: 'Accept' }).click();
    await expect(ada.page.getByRole('status')).toHaveText('Connected');
    await ada.page.waitForTimeout(2500);
    await ada.shot('call-friend');
    await ada.page.getByRole('button', { name: 'End call' }).click();
    await expect(ada.page.getByRole('heading', { name: 'Call with Bea Maria ended' })).toBeVisible();
    await ada.look('ended-friend');
  });

  test(`befriending a stranger, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot } = await visitor(browser, variant, server);
    const bea = await visitor(browser, VARIANTS[0], server);
    const look = axeLooker(shot, page);
    await page.goto('/');
    await page.getByRole('button', { name: 'Friends' }).click();
    await look('friends-nobody');
    await page.getByRole('button', { name: 'Close' }).click();
    for (const [one, name] of [[page, 'Ada'], [bea.page, 'Bea Maria']] as const) {
      await one.goto('/');
      await one.getByRole('textbox', { name: 'Nickname' }).fill(name);
      await one.getByRole('button', { name: 'Start' }).click();
    }
    await expect(page.getByRole('status')).toHaveText('Connected');
    const chat = page.getByRole('button', { name: /^Chat/u });
    if (await chat.isVisible()) await chat.click();
    await page.waitForTimeout(600);
    await shot('call-add');
    await bea.page.getByRole('button', { name: 'End call' }).click();
    await expect(page.getByRole('button', { name: 'Add as a friend' })).toBeVisible();
    await look('ended-add');
    await page.getByRole('button', { name: 'Add as a friend' }).click();
    await expect(page.getByText('Asked. If Bea Maria wants it too, you are friends.')).toBeVisible();
    await look('ended-asked');
    await bea.page.getByRole('button', { name: 'Answer' }).click();
    await bea.page.getByRole('button', { name: 'Accept Ada' }).click();
    await expect(page.getByText('You and Bea Maria are friends now.')).toBeVisible();
    await look('ended-befriended');
    await page.getByRole('button', { name: 'See your friends' }).click();
    await expect(page.getByRole('button', { name: 'Call Bea Maria' })).toBeVisible();
    await look('friends-guest');
  });
}
