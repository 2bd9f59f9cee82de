import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, request, test, type Browser, type Page } from '@playwright/test';

import { signIn } from '../support/mail';
import { Person, agree, freshTag, meet } from '../support/person';

const run = promisify(execFile);

/** The operator's tool stands beside the stack's own program. */
async function grant(base: string, email: string): Promise<void> {
  const up = process.env['SPEED_CONNECT_UP'] ?? '';
  const operator = (up.split(' ')[0] ?? '').replace(/local$/u, 'operator');
  await run(operator, ['admin', 'grant', email, '--aws-port', await awsPort(base)]);
}

/** Where the stack's services answer: its queues tell. */
async function awsPort(base: string): Promise<string> {
  const context = await request.newContext({ extraHTTPHeaders: { accept: 'application/json' } });
  const text = await (await context.get(new URL('/_local/outputs', base).href)).text();
  await context.dispose();
  const [, port] = /"ClockQueueUrl":\s*"https?:\/\/[^:"]+:(\d+)/u.exec(text) ?? [];
  if (port === undefined) throw new Error(`no port in ${text}`);
  return port;
}

/** Somebody who moderates, at the moderators' page. */
async function moderator(browser: Browser, base: string): Promise<Page> {
  const email = `${freshTag()}@example.org`;
  const person = new Person('Mo', await (await browser.newContext()).newPage());
  await person.arrive();
  await signIn(person, base, email);
  await person.page.goto('/moderation');
  await person.sees('This page is for moderators');
  await grant(base, email);
  await person.page.reload();
  await person.sees('Moderation');
  return person.page;
}

test('what somebody does is reported in two taps, looked at, banned, appealed, and lifted by another moderator', async ({ browser, baseURL }) => {
  test.setTimeout(240_000);
  const base = baseURL ?? '';
  const [mo, zoe] = [await moderator(browser, base), await moderator(browser, base)];
  const { ada, bea, leave } = await meet(browser);
  await bea.say('show me something or else');
  await ada.hears('show me something or else');

  await ada.press('Report');
  await ada.press('Harassment');
  await expect(ada.page.getByText('Thank you for telling us.')).toBeVisible();
  await ada.status(/^Looking for/u);
  await bea.sees('Ada moved on');

  // The keyboard alone: the desk, the report, the question, and its answer.
  await expect(mo.getByRole('button', { name: 'Take the next report' })).toBeVisible();
  await mo.keyboard.press('n');
  await expect(mo.getByRole('heading', { name: /^Harassment/u })).toBeFocused();
  await expect(mo.getByText('show me something or else')).toBeVisible();
  await mo.keyboard.press('b');
  await expect(mo.getByRole('textbox', { name: /^Note/u })).toBeFocused();
  await mo.keyboard.type('Threatens, see the chat.');
  await mo.keyboard.press('Control+Enter');
  const question = mo.getByRole('alertdialog', { name: 'Ban Bea?' });
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Ban for a year' }).focus();
  await mo.keyboard.press('Enter');
  await expect(mo.getByRole('status')).toContainText('Banned.');

  await bea.sees(/^You are banned until/u, 5_000);
  await bea.page.reload();
  await bea.sees(/^You are banned until/u);
  const second = await bea.page.context().newPage();
  await second.goto('/');
  await second.getByRole('button', { name: 'Start' }).click();
  await agree(second);
  await expect(second.getByRole('alert').filter({ hasText: 'Nobody can come in on this device' })).toBeVisible();
  await second.close();

  await bea.page.getByRole('textbox', { name: 'Tell us what happened' }).fill('We were rehearsing a play.');
  await bea.press('Send appeal');
  await expect(bea.page.getByText('Your appeal is with a moderator')).toBeVisible();

  await mo.getByRole('tab', { name: 'Appeals' }).click();
  await expect(mo.getByText('another moderator answers')).toBeVisible();
  await expect(mo.getByRole('button', { name: 'Grant' })).toHaveCount(0);
  await zoe.getByRole('tab', { name: 'Appeals' }).click();
  await expect(zoe.getByText('We were rehearsing a play.')).toBeVisible();
  await expect(zoe.getByText('Threatens, see the chat.')).toBeVisible();
  await zoe.getByRole('button', { name: 'Grant' }).focus();
  await zoe.keyboard.press('Enter');
  await expect(zoe.getByRole('textbox', { name: /^Note/u })).toBeFocused();
  await zoe.keyboard.type('They rehearse, and the other knew.');
  await zoe.keyboard.press('Control+Enter');
  await expect(zoe.getByRole('status')).toContainText('Granted');
  await zoe.getByRole('tab', { name: 'Audit' }).click();
  await expect(zoe.getByRole('list', { name: 'Audit log' })).toContainText('Granted an appeal');

  await bea.sees('Your appeal was granted', 30_000);
  await bea.press('Go on');
  await bea.press('Start');
  await bea.status(/^Looking for/u);
  await leave();
  for (const page of [mo, zoe]) await page.context().close();
});

test('nobody but a moderator finds anything at the moderators’ page', async ({ browser, baseURL }) => {
  const asked: string[] = [];
  const context = await browser.newContext();
  context.on('request', (one) => {
    if (/\/api\/(reports|appeals)/u.test(one.url())) asked.push(one.url());
  });
  const person = new Person('Eve', await context.newPage());
  await person.page.goto('/moderation');
  await person.sees('This page is for moderators');
  await person.arrive();
  await signIn(person, baseURL ?? '', `${freshTag()}@example.org`);
  await person.page.goto('/moderation');
  await person.sees('This page is for moderators');
  expect(asked).toEqual([]);
  const refused = await person.page.evaluate(async () => {
    const { accessToken } = (await (await fetch('/api/auth/refresh', { method: 'POST', body: '{}' })).json()) as { accessToken: string };
    const headers = { authorization: `Bearer ${accessToken}` };
    const ways = ['/api/reports', '/api/reports/next', '/api/reports/stats', '/api/reports/audit', '/api/appeals', '/api/status'];
    return Promise.all(ways.map(async (way) => (await fetch(way, { headers })).status));
  });
  expect(refused).toEqual([403, 403, 403, 403, 403, 403]);
  await context.close();
});
