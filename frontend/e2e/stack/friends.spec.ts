import { expect, request, test, type Browser, type Page } from '@playwright/test';

import { Person, freshTag } from '../support/person';

interface Mail {
  readonly to: readonly string[] | string;
  readonly text: string;
}

/** The newest link that was sent to an address of this test's own. */
async function linkFor(base: string, email: string): Promise<string> {
  const context = await request.newContext({ extraHTTPHeaders: { accept: 'application/json' } });
  const newest = async (): Promise<string | undefined> => {
    const { mails } = (await (await context.get(new URL('/_local/mail', base).href)).json()) as { mails: readonly Mail[] };
    const mail = mails.findLast(({ to }) => [to].flat().includes(email));
    return /\/sign-in#[^\s"<>]+/u.exec(mail?.text ?? '')?.[0];
  };
  await expect.poll(newest, { timeout: 20_000 }).toBeDefined();
  const link = await newest();
  await context.dispose();
  return link ?? '';
}

/** Opens the link in a second tab of the same browser, as a click in a mail does; the first tab comes in by it. */
async function signIn({ page }: Person, base: string, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByRole('dialog', { name: 'Look into your mail' })).toBeVisible();
  const second = await page.context().newPage();
  await second.goto(await linkFor(base, email));
  await expect(second.getByText('You are signed in')).toBeVisible();
  await second.close();
  await expect(page.getByText('You are signed in')).toBeVisible();
}

async function arrive(browser: Browser, name: string, tag: string): Promise<Person> {
  const person = new Person(name, await (await browser.newContext()).newPage());
  await person.arrive();
  await person.introduce(tag);
  return person;
}

async function openFriends(page: Page, tab?: 'Requests' | 'Calls'): Promise<void> {
  await page.getByRole('button', { name: /^Friends/u }).click();
  if (tab !== undefined) await page.getByRole('tab', { name: new RegExp(`^${tab}`, 'u') }).click();
}

/** Ada, who has signed in by mail, and Bea, a guest, have met and become friends; both are in the green room. */
async function befriend(browser: Browser, base: string): Promise<{ readonly ada: Person; readonly bea: Person }> {
  const tag = freshTag();
  const ada = await arrive(browser, 'Ada', tag);
  await signIn(ada, base, `${tag}@example.org`);
  const bea = await arrive(browser, 'Bea', tag);
  await ada.press('Start');
  await bea.press('Start');
  for (const person of [ada, bea]) await person.status('Connected', 30_000);
  await ada.press('End call');
  await ada.sees('You ended the call');
  await ada.press('Add as a friend');
  await expect(ada.page.getByText('Asked. If Bea wants it too, you are friends.')).toBeVisible();
  await bea.sees('Ada left the call');
  await expect(bea.page.getByText('Ada would like to be your friend.')).toBeVisible();
  await bea.press('Change settings');
  await openFriends(bea.page, 'Requests');
  await bea.press('Accept Ada');
  await expect(bea.page.getByText('You and Ada are friends now.')).toBeVisible();
  await expect(ada.page.getByText('You and Bea are friends now.')).toBeVisible();
  await ada.press('Change settings');
  await bea.press('Close');
  return { ada, bea };
}

async function leave(...people: readonly Person[]): Promise<void> {
  for (const { page } of people) await page.context().close();
}

test('two who have met become friends, ring each other, talk, and part', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const { ada, bea } = await befriend(browser, baseURL ?? '');

  await openFriends(ada.page);
  await expect(ada.page.getByText('Online')).toBeVisible();
  await ada.press('Call Bea');
  await ada.sees('Calling Bea…');
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await bea.press('Accept');
  for (const person of [ada, bea]) await person.status('Connected', 30_000);
  await ada.sees('Bea');
  await bea.sees('Ada');
  await expect(ada.page.getByLabel("Partner's video")).toBeVisible();
  await expect(ada.page.getByRole('button', { name: 'Next' })).toHaveCount(0);
  await expect(ada.page.getByRole('timer')).toHaveText(/^59:|^60:00$/u);
  await ada.say('Hello again');
  await bea.hears('Hello again');
  await bea.press('End call');
  await bea.sees('Call with Ada ended');
  await ada.sees('Call with Bea ended');
  await bea.press('Close');

  await ada.press('Call again');
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await bea.press('Decline');
  await ada.sees('Bea cannot talk now');
  await ada.press('Call again');
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await ada.press('Cancel');
  await expect(bea.page.getByText('You missed a call from Ada.')).toBeVisible();
  await openFriends(bea.page, 'Calls');
  await expect(bea.page.getByText(/^Missed/u)).toBeVisible();
  await leave(ada, bea);
});

test('a ring survives a reload on either side', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const { ada, bea } = await befriend(browser, baseURL ?? '');
  await openFriends(ada.page);
  await ada.press('Call Bea');
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await ada.page.reload();
  await ada.sees('Calling Bea…');
  await bea.page.reload();
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await bea.press('Accept');
  for (const person of [ada, bea]) await person.status('Connected', 30_000);
  await leave(ada, bea);
});

test('an account is rung in every tab, and the tab that answers has the call', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const { ada, bea } = await befriend(browser, baseURL ?? '');
  const second = new Person('Ada', await ada.page.context().newPage());
  await second.arrive();
  await openFriends(bea.page);
  await bea.press('Call Ada');
  await expect(second.page.getByRole('alertdialog', { name: 'Bea is calling' })).toBeVisible();
  await expect(ada.page.getByRole('alertdialog', { name: 'Bea is calling' })).toBeVisible();
  await ada.press('Accept');
  for (const person of [ada, bea]) await person.status('Connected', 30_000);
  await expect(second.page.getByRole('alertdialog')).toHaveCount(0);
  await leave(ada, bea);
});

test('who logs out is out, and finds their friends again after signing in', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const { ada, bea } = await befriend(browser, baseURL ?? '');
  await ada.press('Account');
  const email = (await ada.page.getByRole('dialog', { name: 'Account' }).getByText('Signed in as').textContent())?.replace('Signed in as ', '') ?? '';
  await ada.page.getByRole('button', { name: 'Log out', exact: true }).click();
  await expect(ada.page.getByText('You are signed out.')).toBeVisible();
  await openFriends(ada.page);
  await expect(ada.page.getByRole('button', { name: 'Call Bea' })).toHaveCount(0);
  await ada.press('Close');
  await signIn(ada, baseURL ?? '', email);
  await openFriends(ada.page);
  await expect(ada.page.getByRole('button', { name: 'Call Bea' })).toBeVisible();
  await leave(ada, bea);
});
