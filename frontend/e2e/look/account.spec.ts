import { expect, test } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { VARIANTS, closeVisitors, visitor } from '../support/visitor';

/** Signing in by mail and one's own page, in four variants, for people to look at and for axe to measure. */
test.afterEach(closeVisitors);

for (const variant of VARIANTS) {
  test(`signing in, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot, context } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('textbox', { name: 'E-mail' })).toBeFocused();
    await look('mail-address');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada.example.org');
    await page.keyboard.press('Enter');
    await look('mail-address-odd');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@example.org');
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await expect(page.getByRole('dialog', { name: 'Look into your mail' })).toBeVisible();
    await look('mail-sent');
    await page.getByRole('textbox', { name: 'Code' }).fill('abcd-efgh');
    await page.getByRole('button', { name: 'Sign in with the code' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('mail-code-wrong');

    const elsewhere = await visitor(browser, variant, server);
    const mail = server.accounts.mails.at(-1);
    await elsewhere.page.goto(`/sign-in#${mail?.token ?? ''}`);
    await expect(elsewhere.page.getByRole('heading', { name: 'Your code' })).toBeVisible();
    expect(new URL(elsewhere.page.url()).hash).toBe('');
    await expect(elsewhere.page.getByRole('button')).toHaveCount(0);
    await axeLooker(elsewhere.shot, elsewhere.page)('link-code');

    const second = await context.newPage();
    await second.goto(`/sign-in#${mail?.token ?? ''}`);
    await expect(second.getByText('You are signed in as')).toBeVisible();
    await second.close();
    await expect(page.getByText('You are signed in as')).toBeVisible();
    await look('green-signed-in');
    await expect(page.getByRole('main')).toBeFocused();

    await elsewhere.page.goto(`/sign-in#${mail?.token ?? ''}x`);
    await expect(elsewhere.page.getByRole('heading', { name: 'This link is over' })).toBeVisible();
    await axeLooker(elsewhere.shot, elsewhere.page)('link-over');
    await elsewhere.page.goto('/');
    await elsewhere.page.goto('/sign-in');
    await axeLooker(elsewhere.shot, elsewhere.page)('link-cut');
  });

  test(`one's own page, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await page.goto('/');
    await page.getByRole('button', { name: 'Account' }).click();
    await look('account-nobody');
    await page.getByRole('button', { name: 'Sign in by mail' }).click();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada.lovelace@example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Code' }).fill(await codeOf(server));
    await page.getByRole('button', { name: 'Sign in with the code' }).click();
    await page.getByRole('button', { name: 'Account' }).click();
    const own = page.getByRole('dialog', { name: 'Account' });
    await expect(page.locator('#root')).toHaveAttribute('inert');
    await own.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    for (const tag of ['music', 'science fiction']) {
      await own.getByRole('textbox', { name: 'Tags' }).fill(tag);
      await page.keyboard.press('Enter');
    }
    await own.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await look('account-profile');
    await page.getByRole('tab', { name: 'Privacy' }).click();
    await page.getByText('Hide my IP address').click();
    await expect(page.getByRole('switch', { name: 'Hide my IP address' })).toBeChecked();
    server.accounts.wantsProof = true;
    await own.getByRole('button', { name: 'Download my data' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('account-privacy');
    server.accounts.wantsProof = false;
    const download = page.waitForEvent('download');
    await own.getByRole('button', { name: 'Download my data' }).click();
    expect((await download).suggestedFilename()).toBe('speed-connect-my-data.json');
    await own.getByRole('button', { name: 'Erase my account' }).click();
    await look('account-erase');
    await page.getByRole('button', { name: 'Erase everything' }).click();
    await expect(page.getByText('is being erased')).toBeVisible();
    await look('green-erased');
  });
}

async function codeOf(server: FakeServer): Promise<string> {
  await expect.poll(() => server.accounts.mails.length).toBeGreaterThan(0);
  return server.accounts.mails.at(-1)?.code ?? '';
}
