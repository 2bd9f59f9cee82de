import { expect, type Browser, type Page } from '@playwright/test';

import { signIn } from './mail';
import { Person, freshTag } from './person';

export interface Friends {
  readonly ada: Person;
  readonly bea: Person;
  /** Ada's address. */
  readonly email: string;
}

async function arrive(browser: Browser, name: string, tag: string): Promise<Person> {
  const person = new Person(name, await (await browser.newContext()).newPage());
  await person.arrive();
  await person.introduce(tag);
  return person;
}

export async function openFriends(page: Page, tab?: 'Requests' | 'Calls'): Promise<void> {
  await page.getByRole('button', { name: /^Friends/u }).click();
  if (tab !== undefined) await page.getByRole('tab', { name: new RegExp(`^${tab}`, 'u') }).click();
}

/** Ada, who has signed in by mail, and Bea, a guest, have met and become friends; both are in the green room. */
export async function befriend(browser: Browser, base: string): Promise<Friends> {
  const tag = freshTag();
  const email = `${tag}@example.org`;
  const ada = await arrive(browser, 'Ada', tag);
  await signIn(ada, base, email);
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
  return { ada, bea, email };
}

export async function leave(...people: readonly Person[]): Promise<void> {
  for (const { page } of people) await page.context().close();
}
