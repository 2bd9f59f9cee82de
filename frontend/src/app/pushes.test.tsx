// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeBrowser, createFakeTab, openFakePage, type FakeBrowser, type FakePage } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

async function signIn(page: FakePage): Promise<string> {
  await page.conductor.restore();
  page.conductor.askByMail();
  page.conductor.mail.send({ type: 'ask', email: 'ada@example.org' });
  await clock.advance(10);
  page.conductor.mail.send({ type: 'try', code: server.accounts.mails.at(-1)!.code });
  await clock.advance(10);
  const state = page.conductor.signIn.get();
  return state.phase === 'in' ? state.visitor.userId : '';
}

/** Ada, signed in by mail, has a friend and looks at them. */
async function atFriends(browser: FakeBrowser = createFakeBrowser({ nickname: 'Ada', mode: 'text' })) {
  const page = openFakePage(server, clock, createFakeTab({}, browser));
  const userId = await signIn(page);
  server.friends.befriend(userId, server.login('Bea').userId);
  const ada = look(page, clock);
  await ada.press(/^Friends/u);
  await ada.pass(10);
  return { ada, page, browser, userId };
}

const box = () => screen.getByRole('switch', { name: 'Ring me when this page is closed' });
const flip = async ({ does }: ReturnType<typeof look>): Promise<void> => does(() => box().click());
const addresses = () => [...server.accounts.pushes.keys()];

test('is switched on by asking the browser and telling the server, told again at each start, and off again', async () => {
  const { ada, page, browser, userId } = await atFriends();
  await flip(ada);
  expect(box()).toHaveProperty('checked', true);
  expect([...server.accounts.pushes]).toEqual([[browser.push.endpoint, userId]]);
  cleanup();
  page.close();
  server.accounts.pushes.clear();
  const next = openFakePage(server, clock, createFakeTab({}, browser));
  const again = look(next, clock);
  await again.does(() => void next.conductor.restore());
  await again.pass(10);
  expect(addresses()).toEqual([browser.push.endpoint]);
  await again.does(() => browser.push.move());
  expect(addresses()).toContain(browser.push.endpoint);
  await again.press(/^Friends/u);
  await again.pass(10);
  await flip(again);
  expect(browser.push.endpoint).toBeUndefined();
  expect(browser.pushNote.load()).toBeUndefined();
});

test('says what stands in the way', async () => {
  const { ada, browser } = await atFriends();
  browser.push.answer = 'denied';
  await flip(ada);
  expect(screen.getByText(/are blocked in this browser/u)).toBeTruthy();
  browser.push.permission = 'granted';
  browser.push.broken = true;
  await flip(ada);
  expect(screen.getByRole('alert').textContent).toMatch(/could not set it up/u);
  expect(addresses()).toEqual([]);
  cleanup();
  const old = createFakeBrowser({ nickname: 'Ada', mode: 'text' });
  old.push.support = 'home-screen';
  await atFriends(old);
  expect(box()).toHaveProperty('disabled', true);
  expect(screen.getByText(/Home Screen/u)).toBeTruthy();
});

test('goes from the browser with who logs out, and is not offered to a guest', async () => {
  const { ada, page, browser } = await atFriends();
  await flip(ada);
  await ada.does(() => page.conductor.account.send({ type: 'ask', errand: { task: 'log-out' } }));
  expect(browser.push.endpoint).toBeUndefined();
  expect(browser.pushNote.load()).toBeUndefined();
  await ada.does(() => page.conductor.signIn.send({ type: 'enter', wish: { tags: [] } }));
  expect(page.conductor.push.get().phase).toBe('none');
});
