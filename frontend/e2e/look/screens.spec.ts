import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { VARIANTS, closeVisitors, visitor, type Variant, type Visitor } from '../support/visitor';

/** Every screen and state in four variants, for people to look at; nothing may break the content security policy. */
test.afterEach(closeVisitors);

for (const variant of VARIANTS) {
  test(`green room, ${variant.name}`, async ({ browser }) => {
    const { page, shot } = await visitor(browser, variant, new FakeServer(Date.now));
    await page.goto('/');
    await expect(page.getByLabel('Your video')).toBeVisible();
    await page.waitForTimeout(1200);
    await shot('green-empty');
    await fillIn(page, 'Ada', ['music', 'science fiction', 'cooking']);
    await shot('green-filled');
    await page.getByRole('textbox', { name: 'Tags' }).fill('a tag that is a good deal too long');
    await page.keyboard.press('Enter');
    await shot('green-tag-problem');
    await page.getByRole('textbox', { name: 'Tags' }).fill('');
    await page.getByText('Audio', { exact: true }).click();
    await page.waitForTimeout(300);
    await shot('green-audio');
    await page.getByText('Text', { exact: true }).click();
    await shot('green-text');
  });

  test(`no device, ${variant.name}`, async ({ browser }) => {
    for (const [name, error] of [['denied', 'NotAllowedError'], ['missing', 'NotFoundError'], ['busy', 'NotReadableError']] as const) {
      const { page, shot, context } = await visitor(browser, variant, new FakeServer(Date.now));
      await failDevices(context, error);
      await page.goto('/');
      await expect(page.getByRole('alert')).toBeVisible();
      await page.waitForTimeout(600);
      await shot(`green-${name}`);
    }
    const { page, shot, context } = await visitor(browser, variant, new FakeServer(Date.now));
    await context.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
    await page.goto('/');
    await page.waitForTimeout(600);
    await shot('green-insecure');
  });

  test(`waiting, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.lonely = true;
    server.rules.queue = ({ tags }) => ({
      tags: tags.map((tag, index) => ({ tag, waiting: index + 2 })),
      waiting: 7,
      position: 3,
      estimatedWaitSeconds: 12,
    });
    const { page, shot } = await visitor(browser, variant, server);
    await page.goto('/');
    await fillIn(page, 'Ada', ['music', 'science fiction']);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForTimeout(2500);
    await shot('waiting');
    server.tell('Ada', 'superseded', {});
    await page.waitForTimeout(600);
    await shot('superseded');
  });

  test(`call, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.commonTags = ['music', 'science fiction'];
    const { page, shot, partner } = await pair(browser, variant, server);
    await expect(page.getByRole('status')).toHaveText('Connecting…');
    await shot('call-connecting');
    await expect(page.getByRole('status')).toHaveText('Connected');
    await page.waitForTimeout(4500);
    await shot('call-connected');
    await partner.getByRole('textbox', { name: 'Message' }).fill('Hi! Which concert was your first?');
    await partner.keyboard.press('Enter');
    await partner.getByRole('textbox', { name: 'Message' }).fill('<b>Mine was a school band</b> & it was terrible');
    await partner.keyboard.press('Enter');
    await page.waitForTimeout(500);
    await shot('call-unread');
    await openChat(page);
    for (const text of ['Ha, mine was a tribute band in a village hall.', 'Best night of my life. https://example.com/is-not-a-link']) {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.keyboard.press('Enter');
    }
    await page.waitForTimeout(400);
    await shot('call-chat');
    await closeChat(page);
    await page.getByRole('button', { name: 'React', exact: true }).click();
    await page.waitForTimeout(200);
    await shot('call-reacting');
    await page.getByRole('button', { name: 'React with heart' }).click();
    await page.getByRole('button', { name: 'Mute' }).click();
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.waitForTimeout(900);
    await shot('call-muted');
    server.tell('Ada', 'peer-reconnecting', { sessionId: server.sessionOf('Ada'), peerId: 'peer-1' });
    await page.waitForTimeout(300);
    await shot('call-partner-away');
    server.end('Ada', 'timeout');
    await page.waitForTimeout(800);
    await shot('ended-timeout');
  });

  test(`last seconds and endings, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.sessionMs = 24_000;
    const { page, shot } = await pair(browser, variant, server);
    await expect(page.getByRole('status')).toHaveText('Connected');
    await page.waitForTimeout(1500);
    await shot('call-last-seconds');
    server.end('Ada', 'skipped');
    await page.waitForTimeout(800);
    await shot('ended-skipped');
    await page.getByRole('button', { name: 'Change settings' }).click();
    await page.waitForTimeout(800);
    await shot('green-after');
  });

  for (const mode of ['Audio', 'Text'] as const) {
    test(`${mode} call, ${variant.name}`, async ({ browser }) => {
      const server = new FakeServer(Date.now);
      const { page, shot, partner } = await pair(browser, variant, server, mode);
      await expect(page.getByRole('status')).toHaveText('Connected');
      if (mode === 'Text') {
        await partner.getByRole('textbox', { name: 'Message' }).fill('Hello from the other side');
        await partner.keyboard.press('Enter');
        await page.getByRole('textbox', { name: 'Message' }).fill('Hello back');
        await page.keyboard.press('Enter');
      }
      await page.waitForTimeout(900);
      await shot(`call-${mode.toLowerCase()}`);
    });
  }
}

async function pair(browser: Browser, variant: Variant, server: FakeServer, mode?: 'Audio' | 'Text'): Promise<Visitor & { readonly partner: Page }> {
  const ada = await visitor(browser, variant, server);
  const bea = await visitor(browser, { ...VARIANTS[0] }, server);
  for (const [page, name] of [[ada.page, 'Ada'], [bea.page, 'Bea Maria']] as const) {
    await page.goto('/');
    await fillIn(page, name, ['music', 'science fiction']);
    if (mode !== undefined) await page.getByText(mode, { exact: true }).click();
    await page.getByRole('button', { name: 'Start' }).click();
  }
  await ada.page.getByRole('timer').waitFor();
  return { ...ada, partner: bea.page };
}

async function fillIn(page: Page, nickname: string, tags: readonly string[]): Promise<void> {
  await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
  for (const tag of tags) {
    await page.getByRole('textbox', { name: 'Tags' }).fill(tag);
    await page.keyboard.press('Enter');
  }
}

async function openChat(page: Page): Promise<void> {
  const toggle = page.getByRole('button', { name: /^Chat/u });
  if (await toggle.isVisible()) await toggle.click();
}

async function closeChat(page: Page): Promise<void> {
  const close = page.getByRole('button', { name: 'Close' });
  if (await close.isVisible()) await close.click();
}

async function failDevices(context: BrowserContext, name: string): Promise<void> {
  await context.addInitScript((errorName) => {
    navigator.mediaDevices.getUserMedia = (constraints) =>
      errorName !== 'NotAllowedError' && constraints?.video === false
        ? Promise.resolve(new AudioContext().createMediaStreamDestination().stream)
        : Promise.reject(new DOMException('', errorName));
  }, name);
}
