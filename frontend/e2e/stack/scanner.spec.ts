import { expect, test, type Locator, type Page } from '@playwright/test';

import { askForLink, linkFor, openLink } from '../support/mail';
import { Person, freshTag } from '../support/person';

const VISITS = 3;

/** Everything that a person, or a machine that looks into mails, could press. */
function pressable(page: Page): Locator {
  return page.locator('a, button, input, select, textarea, summary, [role="button"], [role="link"], [tabindex]');
}

/** Presses whatever is there and sends every form, twice. */
async function pressEverything(page: Page): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    for (const thing of await pressable(page).all()) await thing.click({ force: true, timeout: 1_000 }).catch(() => undefined);
    await page.evaluate(() => {
      for (const form of document.forms) form.requestSubmit();
      for (const thing of document.querySelectorAll('*')) thing.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    });
    for (const key of ['Enter', 'Space', 'Tab', 'Enter']) await page.keyboard.press(key);
  }
}

/** What the page shows a browser that did not ask. */
async function codeOn(page: Page): Promise<string> {
  await expect(page.getByRole('heading', { name: 'Your code' })).toBeVisible();
  const letters = (await page.getByText(/^The code, letter by letter:/u).textContent()) ?? '';
  return letters.replace(/^The code, letter by letter:/u, '').replace(/[^A-Z0-9]/giu, '');
}

/** Whether a refresh finds anybody in this browser. */
function refreshed(page: Page): Promise<number> {
  return page.evaluate(async () => (await fetch('/api/auth/refresh', { method: 'POST', body: '{}' })).status);
}

test('a scanner that opens the link and presses everything gets no session and uses nothing up', async ({ browser, baseURL }) => {
  test.setTimeout(180_000);
  const email = `${freshTag()}@example.org`;
  const ada = new Person('Ada', await (await browser.newContext()).newPage());
  await ada.arrive();
  await ada.introduce('music');
  await askForLink(ada, email);
  const link = await linkFor(baseURL ?? '', email);

  const scanner = await browser.newContext();
  for (const method of ['HEAD', 'GET', 'GET']) await scanner.request.fetch(link, { method });
  const mailbox = await scanner.newPage();
  await mailbox.goto('/_local/mail');
  const hrefs = await mailbox.getByRole('article').filter({ hasText: email }).getByRole('link').evaluateAll((links) => links.map((it) => it.getAttribute('href')));
  expect(hrefs.some((href) => href?.endsWith(link)), 'the mail has the link').toBe(true);

  const codes = new Set<string>();
  const answers: unknown[] = [];
  scanner.on('response', async (response) => {
    if (response.url().includes('/api/')) answers.push(await response.text().catch(() => ''));
  });
  for (const href of Array.from({ length: VISITS }, () => hrefs).flat()) {
    const page = await scanner.newPage();
    await page.goto(href ?? '');
    codes.add(await codeOn(page));
    await pressEverything(page);
    codes.add(await codeOn(page));
    expect(await refreshed(page)).toBe(401);
    await page.close();
  }
  expect(codes.size, 'it is shown the same code each time').toBe(1);
  const code = [...codes][0] ?? '';
  expect(code).toMatch(/^[0-9A-Z]{8}$/u);
  await mailbox.goto('/');
  const typed = await mailbox.evaluate(
    async (body) => (await fetch('/api/auth/magic/verify', { method: 'POST', body: JSON.stringify(body) })).status,
    { email, code },
  );
  expect(typed, 'the code is of no use here').toBe(401);
  expect(await scanner.cookies()).toEqual([]);
  expect(answers.join('\n')).not.toContain('accessToken');

  await openLink(ada, link);
  const cookies = (await ada.page.context().cookies()).map(({ name }) => name);
  expect(cookies).toContain('__Host-sc');
  await scanner.close();
  await ada.page.context().close();
});
