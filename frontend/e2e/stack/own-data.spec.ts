import { readFile } from 'node:fs/promises';

import { expect, test, type Page } from '@playwright/test';

import { befriend, leave, openFriends } from '../support/friends';
import { signIn } from '../support/mail';
import type { Person } from '../support/person';

interface Export {
  readonly profile: { readonly userId: string; readonly nickname: string; readonly email: string };
  readonly friends: readonly unknown[];
  readonly calls: readonly { readonly kind: string }[];
  readonly messages: readonly { readonly message: string }[];
  readonly signIns: readonly { readonly by: string }[];
}

/** Whose cookies a browser has: those of an account, or of guests. */
async function userIdsIn(page: Page): Promise<string[]> {
  const cookies = (await page.context().cookies()).filter(({ name }) => /^__Host-sc(?!-link)/u.test(name));
  return cookies.map(({ name, value }) => (name === '__Host-sc' ? (value.split('.')[0] ?? '') : name.slice('__Host-sc-'.length)));
}

/** Ada rings Bea; both say something, and Ada ends the call. */
async function talk(ada: Person, bea: Person): Promise<void> {
  await openFriends(ada.page);
  await ada.press('Call Bea');
  await expect(bea.page.getByRole('alertdialog', { name: 'Ada is calling' })).toBeVisible();
  await bea.press('Accept');
  for (const person of [ada, bea]) await person.status('Connected', 30_000);
  await ada.say('What Ada says');
  await bea.hears('What Ada says');
  await bea.say('What Bea says');
  await ada.hears('What Bea says');
  await ada.press('End call');
  await ada.sees('Call with Bea ended');
  await bea.sees('Call with Ada ended');
  for (const person of [ada, bea]) await person.press('Close');
}

async function openPrivacy({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('tab', { name: 'Privacy' }).click();
}

test('who signs in by mail takes their data along, and is erased', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const base = baseURL ?? '';
  const { ada, bea, email } = await befriend(browser, base);
  await talk(ada, bea);
  const [adaId = '', beaId = ''] = [(await userIdsIn(ada.page))[0], (await userIdsIn(bea.page))[0]];
  expect([adaId, beaId]).toEqual([expect.stringMatching(/^\w{20,}$/u), expect.stringMatching(/^\w{20,}$/u)]);

  await openPrivacy(ada);
  const downloading = ada.page.waitForEvent('download');
  await ada.press('Download my data');
  const text = await readFile(await (await downloading).path(), 'utf8');
  const own = JSON.parse(text) as Export;
  expect(own.profile).toMatchObject({ userId: adaId, nickname: 'Ada', email });
  expect(own.friends).toHaveLength(1);
  expect(own.calls.map(({ kind }) => kind)).toEqual(['friend', 'stranger']);
  expect(own.messages.map(({ message }) => message)).toEqual(['What Ada says']);
  expect(own.signIns.map(({ by }) => by)).toEqual(['mail']);
  for (const other of [beaId, 'Bea', 'What Bea says']) expect(text).not.toContain(other);

  await openFriends(bea.page);
  await expect(bea.page.getByRole('button', { name: 'Call Ada' })).toBeVisible();
  await bea.press('Close');
  await ada.press('Erase my account');
  await ada.press('Erase everything');
  await expect(ada.page.getByText('is being erased')).toBeVisible();
  expect(await ada.page.evaluate(async () => (await fetch('/api/auth/refresh', { method: 'POST', body: '{}' })).status), 'signed out').toBe(401);
  // What others keep goes by an errand, a moment later.
  await expect(async () => {
    await openFriends(bea.page);
    const alone = await bea.page.getByText('No friends here yet').waitFor({ timeout: 2_000 }).then(() => true, () => false);
    await bea.press('Close');
    expect(alone).toBe(true);
  }).toPass();

  await signIn(ada, base, email);
  const [anew = ''] = await userIdsIn(ada.page);
  expect(anew).not.toBe(adaId);
  await openFriends(ada.page);
  await expect(ada.page.getByRole('button', { name: 'Call Bea' })).toHaveCount(0);
  await leave(ada, bea);
});
