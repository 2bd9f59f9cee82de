import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

import { Person, meet } from '../support/person';

const VARIANTS = [
  { name: 'desktop light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'desktop dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'phone light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

for (const { name, viewport, colorScheme } of VARIANTS) {
  test(`every screen is accessible, ${name}`, async ({ browser }) => {
    const phone = viewport.width < 600;
    const context = { viewport, colorScheme, reducedMotion: 'reduce' } as const;
    const check = async (page: Page, screen: string): Promise<void> => {
      await page.screenshot({ path: `test-results/screens/${screen} ${name}.png` });
      await expectAccessible(page, `${screen}, ${name}`);
    };

    const alone = new Person('Cleo', await (await browser.newContext(context)).newPage());
    await alone.arrive();
    await alone.introduce('knitting');
    await check(alone.page, 'green room');
    await alone.press('Start');
    await alone.status(/^Looking for/u);
    await check(alone.page, 'waiting');
    await alone.page.context().close();

    const helped = await browser.newContext(context);
    await helped.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    const blocked = new Person('Dora', await helped.newPage());
    await blocked.arrive();
    await expect(blocked.page.getByRole('alert')).toBeVisible();
    await check(blocked.page, 'help');
    await helped.close();

    const { ada, bea, leave } = await meet(browser, { context });
    await check(ada.page, 'call');
    if (phone) {
      await ada.press('Chat');
      await bea.press('Chat');
    }
    await bea.say('Hello');
    await ada.hears('Hello');
    await check(ada.page, 'chat');
    if (phone) await ada.press('Close');
    await ada.press('End call');
    await ada.sees('You ended the call');
    await check(ada.page, 'ended');
    await check(bea.page, 'left');
    await leave();
  });
}

test('a call can be begun and ended by keyboard alone', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Nickname' }).focus();
  await page.keyboard.type('Ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('music');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Agree and start' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText(/^Looking for/u);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  await context.close();
});

async function expectAccessible(page: Page, screen: string): Promise<void> {
  // The picture of the fake camera moves under the words; the rest is measured.
  const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found, screen).toEqual([]);
}
