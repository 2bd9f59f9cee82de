import { expect, test, type BrowserContext } from '@playwright/test';

import { askForLink, linkFor, openLink } from '../support/mail';
import { Person, freshTag } from '../support/person';

/** Every URL that a browser asks for, as it is sent: without its fragment, which stays in the browser. */
function urlsOf(context: BrowserContext): string[] {
  const urls: string[] = [];
  const note = (url: string): number => urls.push(decodeURIComponent(url.split('#')[0] ?? ''));
  context.on('request', (request) => note(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => note(socket.url())));
  return urls;
}

/** What the answers of the API hold that opens something: tokens, tickets, codes. */
function secretsTold(context: BrowserContext): { readonly told: Map<string, string> } {
  const told = new Map<string, string>();
  context.on('response', async (response) => {
    if (!response.url().includes('/api/')) return;
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    for (const name of ['accessToken', 'ticket', 'deviceId']) if (typeof body[name] === 'string') told.set(body[name], name);
  });
  return { told };
}

test('no secret of a sign-in stands in a URL that the browser asks for', async ({ browser, baseURL }) => {
  test.setTimeout(120_000);
  const tag = freshTag();
  const email = `${tag}@example.org`;
  const context = await browser.newContext();
  const [urls, { told }] = [urlsOf(context), secretsTold(context)];
  const ada = new Person('Ada', await context.newPage());
  await ada.arrive();
  await ada.introduce(tag);
  await askForLink(ada, email);
  const link = await linkFor(baseURL ?? '', email);
  await openLink(ada, link);
  await ada.press('Start');
  await ada.press('Cancel');
  await ada.page.reload();
  await expect(ada.page.getByRole('button', { name: 'Account' })).toBeVisible();
  await expect.poll(() => urls.filter((url) => url.endsWith('/ws')).length, 'sockets').toBeGreaterThan(1);

  const cookies = (await context.cookies()).map(({ value }) => value);
  for (const [, secret = ''] of [link, ...cookies].map((text) => /([^#.]+)$/u.exec(text) ?? [])) told.set(secret, 'link or cookie');
  told.set(email, 'e-mail');
  expect(new Set(told.values())).toEqual(new Set(['accessToken', 'ticket', 'deviceId', 'link or cookie', 'e-mail']));
  const leaks = [...told].flatMap(([secret, what]) => urls.filter((url) => url.includes(secret)).map((url) => `${what} in ${url}`));
  expect(leaks).toEqual([]);
  await context.close();
});
