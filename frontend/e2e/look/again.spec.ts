import { expect, test, type Browser, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { axeLooker } from '../support/look';
import { VARIANTS, closeVisitors, visitor, type Variant } from '../support/visitor';

/** Meeting the same person again, in four variants, for people to look at and for axe to measure. */
test.afterEach(closeVisitors);

async function part(browser: Browser, variant: Variant, server: FakeServer, partner: string) {
  const { page, shot } = await visitor(browser, variant, server);
  const bea = await visitor(browser, VARIANTS[0], server);
  for (const [one, name] of [[page, 'Ada'], [bea.page, partner]] as const) {
    await one.goto('/');
    await one.getByRole('textbox', { name: 'Nickname' }).fill(name);
    await one.getByRole('button', { name: 'Start' }).click();
  }
  await expect(page.getByRole('status')).toHaveText('Connected');
  await page.waitForTimeout(1500);
  server.end('Ada', 'timeout');
  await expect(page.getByRole('heading', { name: 'Time’s up' })).toBeVisible();
  return { page, shot, look: axeLooker(shot, page), bea: bea.page };
}

const asks = (page: Page, name: string) => page.getByRole('button', { name: `Meet ${name} again` }).click();

for (const variant of VARIANTS) {
  test(`meeting again, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, look, shot, bea } = await part(browser, variant, server, 'Bea Maria');
    await look('again-offered');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Meet Bea Maria again' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Take it back' })).toBeFocused();
    await expect(page.getByRole('status')).toHaveText('Waiting for Bea Maria to ask too');
    await look('again-asked');
    server.rules.lonely = true;
    await page.getByRole('button', { name: 'Next person' }).click();
    await expect(page.getByText('You asked to meet Bea Maria again')).toBeVisible();
    await look('again-waiting');
    await asks(bea, 'Ada');
    await expect(page.getByRole('status')).toHaveText('You both wanted to meet again · Connected');
    await page.waitForTimeout(1500);
    await shot('again-together');
    server.end('Ada', 'peer-left');
    await expect(page.getByRole('heading', { name: 'Bea Maria left the call' })).toBeVisible();
    server.rules.rematchMs = -1;
    await asks(page, 'Bea Maria');
    await expect(page.getByRole('status')).toHaveText('It is too late to meet again.');
    await look('again-late');
  });

  test(`meeting again in vain, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, look, bea } = await part(browser, variant, server, 'Bartholomew Evergreen-Featherstonehaugh');
    await look('again-long-name');
    await asks(page, 'Bartholomew Evergreen-Featherstonehaugh');
    await look('again-long-name-asked');
    await bea.context().setOffline(true);
    server.tell('Ada', 'rematched', { callId: 'over', from: 'peer-1', nickname: 'Bartholomew Evergreen-Featherstonehaugh' });
    await look('again-both');
    await expect(page.getByRole('status')).toHaveText('It did not work out this time.');
    await look('again-failed');
  });
}
