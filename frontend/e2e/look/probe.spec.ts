import { expect, test } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { serveFake } from '../support/fake-backend';

test('probe', async ({ browser }) => {
  const server = new FakeServer(() => Date.now());
  const context = await browser.newContext();
  await serveFake(context, server);
  const a = await context.newPage();
  const b = await context.newPage();
  for (const p of [a, b]) {
    p.on('console', (m) => console.log(m.type(), m.text()));
    p.on('pageerror', (e) => console.log('ERR', e.message));
  }
  await a.goto('/');
  await a.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
  await a.getByRole('textbox', { name: 'Tags' }).fill('music');
  await a.keyboard.press('Enter');
  await a.screenshot({ path: 'test-results/probe-green.png' });
  await a.getByRole('button', { name: 'Start' }).click();
  await a.waitForTimeout(1000);
  await a.screenshot({ path: 'test-results/probe-wait.png' });
  await b.goto('/');
  await b.getByRole('textbox', { name: 'Nickname' }).fill('Bea');
  await b.getByRole('button', { name: 'Start' }).click();
  await b.waitForTimeout(4000);
  await a.screenshot({ path: 'test-results/probe-call-a.png' });
  await b.screenshot({ path: 'test-results/probe-call-b.png' });
  console.log(JSON.stringify(server.said.map((s) => [s.from, s.frame.action]), null, 0));
  await expect(a.getByRole('status')).toHaveText('Connected');
});
