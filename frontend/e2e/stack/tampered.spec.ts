import { expect, test, type Browser, type Page } from '@playwright/test';

import { openPeers, readMedia, watchPeers } from '../support/media';
import { agree, freshTag, meet, Person } from '../support/person';
import { forged, tamper, watchDescriptions, type Tampering } from '../support/tamper';

/** A page whose socket somebody stands in the middle of. */
async function tampered(browser: Browser, name: string, how: Tampering) {
  const context = await browser.newContext();
  await watchPeers(context);
  await watchDescriptions(context);
  const { swapped } = await tamper(context, how);
  return Object.assign(new Person(name, await context.newPage()), { swapped, leave: () => context.close() });
}

async function start(person: Person, tag: string): Promise<void> {
  await person.arrive();
  await person.introduce(tag);
  await person.press('Start');
}

/** The eight words that a page shows. */
async function wordsOf(page: Page, button = 'Safety words'): Promise<readonly string[]> {
  await page.getByRole('button', { name: button }).click();
  const words = page.getByRole('list', { name: 'Safety words' }).getByRole('listitem');
  await expect(words).toHaveCount(8);
  return words.allTextContents();
}

/** Nothing of the other side was taken, so nothing of it can have been decoded. */
async function tookNothing(page: Page): Promise<void> {
  expect(await page.evaluate(() => window.described)).toBe(0);
  expect((await readMedia(page)).framesDecoded).toBe(0);
}

test('a fingerprint that is swapped in the descriptions is found by both pages, which hang up and say why', async ({ browser }) => {
  const ada = await tampered(browser, 'Ada', { sha256: forged('AD'), announces: false });
  const bea = await tampered(browser, 'Bea', { sha256: forged('BE'), announces: false });
  const tag = freshTag();
  for (const one of [ada, bea]) await start(one, tag);
  for (const { page } of [ada, bea]) await page.getByRole('timer').waitFor();
  const met = Date.now();
  await Promise.all([ada, bea].map((one) => one.sees('We hung up to protect you', 8000)));
  test.info().annotations.push({ type: 'both have hung up after the match', description: `${Date.now() - met} ms` });
  for (const [{ page }, other] of [[ada, 'Bea'], [bea, 'Ada']] as const) {
    await expect(page.getByText(`This connection did not lead straight to ${other}: someone in between may have tried to listen.`)).toBeVisible();
    await tookNothing(page);
    expect(await openPeers(page)).toBe(0);
  }
  expect(new Set([...ada.swapped, ...bea.swapped])).toEqual(new Set(['offer']));
  for (const one of [ada, bea]) await one.press('Next person');
  for (const { page } of [ada, bea]) await expect(page.getByRole('status')).toHaveText(/^Looking for/u);
  for (const one of [ada, bea]) await one.leave();
});

test('where the announcements are swapped as well, the safety words of the two pages differ', async ({ browser }) => {
  const ada = await tampered(browser, 'Ada', { sha256: forged('AD'), announces: true });
  const bea = await tampered(browser, 'Bea', { sha256: forged('BE'), announces: true });
  const tag = freshTag();
  for (const one of [ada, bea]) await start(one, tag);
  const [hers, his] = [await wordsOf(ada.page), await wordsOf(bea.page)];
  expect(hers.filter((word, place) => word === his[place]).length).toBeLessThan(4);
  // The pages themselves saw no contradiction: they took each other's descriptions.
  await expect.poll(() => bea.page.evaluate(() => window.described), { timeout: 45_000 }).toBeGreaterThan(0);
  // Whoever answers does so only after that.
  const swapped = (): readonly string[] => [...ada.swapped, ...bea.swapped];
  await expect.poll(swapped, { timeout: 15_000 }).toEqual(expect.arrayContaining(['fingerprint', 'offer', 'answer']));
  expect((await readMedia(ada.page)).framesDecoded).toBe(0);
  for (const one of [ada, bea]) await one.leave();
});

test('where nobody is in between, the safety words of the two pages are the same', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser);
  expect(await wordsOf(ada.page)).toEqual(await wordsOf(bea.page));
  await leave();
});

test('in a room, who was tampered with is parted from by both, and said to be', async ({ browser }) => {
  const ada = await tampered(browser, 'Ada', { sha256: forged('AD'), announces: false });
  const bea = await tampered(browser, 'Bea', { sha256: forged('BE'), announces: false });
  await ada.arrive();
  await ada.page.getByRole('button', { name: 'Create a room' }).click();
  await agree(ada.page);
  await ada.page.getByRole('button', { name: 'Create', exact: true }).click();
  const { pathname } = new URL(await ada.page.getByRole('textbox', { name: 'Link' }).inputValue());
  await ada.page.getByRole('button', { name: 'Go to the room' }).click();
  await bea.page.goto(pathname);
  for (const { page, name } of [ada, bea]) {
    await page.getByRole('textbox', { name: 'Nickname' }).fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
    await agree(page);
    await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible();
  }
  for (const [{ page }, other] of [[ada, 'Bea'], [bea, 'Ada']] as const) {
    await expect(page.getByRole('listitem', { name: other })).toContainText('Could not be verified');
    await tookNothing(page);
    await page.getByRole('button', { name: /^People/u }).click();
    await expect(page.getByRole('button', { name: `Safety words with ${other}` })).toHaveCount(0);
  }
  for (const one of [ada, bea]) await one.leave();
});
