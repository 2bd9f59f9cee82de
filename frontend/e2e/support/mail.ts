import { expect, request } from '@playwright/test';

import type { Person } from './person';

interface Mail {
  readonly to: readonly string[] | string;
  readonly text: string;
}

/** The newest link that was sent to an address of this test's own, if there is one. */
async function newestLink(base: string, email: string): Promise<string | undefined> {
  const context = await request.newContext({ extraHTTPHeaders: { accept: 'application/json' } });
  const { mails } = (await (await context.get(new URL('/_local/mail', base).href)).json()) as { mails: readonly Mail[] };
  await context.dispose();
  const mail = mails.findLast(({ to }) => [to].flat().includes(email));
  return /\/sign-in#[^\s"<>]+/u.exec(mail?.text ?? '')?.[0];
}

/** The link that is sent to an address, other than one that was sent `before`. */
export async function linkFor(base: string, email: string, before?: string): Promise<string> {
  let link: string | undefined;
  await expect(async () => {
    link = await newestLink(base, email);
    expect(link).toBeDefined();
    expect(link).not.toBe(before);
  }).toPass({ timeout: 20_000 });
  return link ?? '';
}

/** Asks for a link and waits for it. */
export async function askForLink({ page }: Person, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await expect(page.getByRole('dialog', { name: 'Look into your mail' })).toBeVisible();
}

/** Opens the link in a second tab of the same browser, as a click in a mail does; the first tab comes in by it. */
export async function openLink({ page }: Person, link: string): Promise<void> {
  const second = await page.context().newPage();
  await second.goto(link);
  await expect(second.getByText('You are signed in')).toBeVisible();
  await second.close();
  await expect(page.getByText('You are signed in')).toBeVisible();
}

export async function signIn(person: Person, base: string, email: string): Promise<void> {
  const before = await newestLink(base, email);
  await askForLink(person, email);
  await openLink(person, await linkFor(base, email, before));
}
