import { expect, test } from '@playwright/test';

import { befriend, leave, openFriends } from '../support/friends';
import { signIn } from '../support/mail';
import { Person } from '../support/person';

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
  const { ada, bea, email } = await befriend(browser, baseURL ?? '');
  await ada.press('Account');
  await expect(ada.page.getByRole('dialog', { name: 'Account' }).getByText(`Signed in as ${email}`)).toBeVisible();
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
