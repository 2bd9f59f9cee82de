// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { banned, refused } from '@/testing/fake-rest';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, openFakePage, type FakePage, type FakeTab } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen } from '@/testing/render';

const DAY = 86_400_000;

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

async function arrive(tab: FakeTab = createFakeTab({ nickname: 'Ada', tags: ['music'] })) {
  const page = openFakePage(server, clock, tab);
  const ada = look(page, clock);
  await ada.does(() => void page.conductor.restore());
  return { ada, page, tab };
}

function partner(): FakePage {
  const page = openFakePage(server, clock, createFakeTab({ nickname: 'Bea', tags: ['music'] }), undefined, '0B');
  void page.conductor.restore();
  page.conductor.start();
  return page;
}

async function meet() {
  const { ada, page, tab } = await arrive();
  await ada.press('Start');
  await ada.pass(100);
  const bea = partner();
  await ada.pass(500);
  expect(screen.getByRole('heading', { name: 'Bea' })).toBeTruthy();
  return { ada, bea, page, tab };
}

const asked = (path: string): number => server.asked.filter((request) => request.path === path).length;

describe('reporting', () => {
  test('takes two presses, ends the call for both, and waits again with thanks', async () => {
    const { ada, bea } = await meet();
    server.rules.lonely = true;
    await ada.press('Report');
    await ada.press('Harassment');
    await ada.pass(500);
    expect(server.safety.reports).toMatchObject([{ reason: 'harassment', comment: undefined, block: true }]);
    expect(screen.getByText(/Thank you for telling us/u).textContent).toContain('You will not meet Bea again.');
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
    expect(server.said.filter(({ from, frame }) => from === 'Ada' && frame.action === 'join-queue')).toHaveLength(1);
    expect(bea.conductor.call.get()).toMatchObject({ phase: 'ended', cause: 'skipped' });
  });

  test('sends what was said and chosen before the reason', async () => {
    const { ada } = await meet();
    await ada.press('Report');
    await ada.type('In your words if you like', 'Three links.');
    await ada.does(() => screen.getByRole('switch', { name: 'Block as well' }).click());
    await ada.press('Spam');
    await ada.pass(500);
    expect(server.safety.reports).toMatchObject([{ reason: 'spam', comment: 'Three links.', block: false }]);
  });

  test('that is put away leaves the call alone', async () => {
    const { ada, page } = await meet();
    await ada.press('Report');
    await ada.key('{Escape}');
    await ada.pass(200);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(page.conductor.call.get().phase).toBe('live');
    expect(asked('/api/reports')).toBe(0);
  });

  test('that does not work says so and can be done again, while the call goes on', async () => {
    const { ada, page } = await meet();
    await ada.press('Report');
    server.safety.refusal = refused(429, 'rate_limited', '', 20);
    await ada.press('Spam');
    await ada.pass(200);
    expect(screen.getByRole('alert').textContent).toContain('in 20 seconds');
    expect(screen.getByRole('button', { name: 'Spam' })).toHaveProperty('disabled', true);
    expect(page.conductor.call.get().phase).toBe('live');
    server.safety.refusal = undefined;
    await ada.pass(21_000);
    expect(screen.getByRole('button', { name: 'Spam' })).toHaveProperty('disabled', false);
    await ada.press('Spam');
    await ada.pass(300);
    expect(server.safety.reports).toHaveLength(1);
  });

  test('is possible on the card after the call', async () => {
    const { ada } = await meet();
    server.end('Ada', 'peer-left');
    await ada.pass(200);
    await ada.press('Report');
    await ada.press('Violence');
    await ada.pass(300);
    expect(server.safety.reports).toMatchObject([{ reason: 'violence' }]);
    expect(screen.getByText(/Thank you for telling us/u)).toBeTruthy();
  });
});

describe('blocking', () => {
  test('asks once more, ends the call, and offers nobody again', async () => {
    const { ada, page } = await meet();
    await ada.press('Block');
    expect(server.safety.blocks.size).toBe(0);
    await ada.does(() => [...screen.getByRole('alertdialog').querySelectorAll('button')].find(({ textContent }) => textContent === 'Block')?.click());
    await ada.pass(300);
    expect(page.conductor.call.get()).toMatchObject({ phase: 'ended', cause: 'own' });
    expect(screen.queryByRole('button', { name: /again/u })).toBeNull();
    expect(screen.getByText('You and Bea will not meet again.')).toBeTruthy();
  });

  test('is listed in one’s own page, and taken back there', async () => {
    const { ada, page } = await meet();
    await ada.does(() => page.conductor.blockSomebody({ who: { sessionId: server.sessionOf('Ada') }, nickname: 'Bea' }));
    await ada.does(() => page.conductor.blocks.send({ type: 'block' }));
    await ada.pass(300);
    await ada.press('Change settings');
    await ada.press('Account');
    await ada.does(() => screen.getByRole('tab', { name: 'Privacy' }).click());
    await ada.pass(100);
    await ada.press('Unblock Bea');
    await ada.pass(100);
    expect(screen.queryByRole('button', { name: 'Unblock Bea' })).toBeNull();
    expect([...server.safety.blocks.values()]).toEqual([[]]);
  });
});

describe('before the first call', () => {
  const fresh = (): FakeTab => {
    const tab = createFakeTab({ nickname: 'Ada', tags: [] });
    tab.browser.consent.clear();
    server.rules.agreed = false;
    return tab;
  };

  test('somebody agrees once; the server hears of it before they wait, and later guests of the browser are not asked', async () => {
    const { ada, tab, page } = await arrive(fresh());
    await ada.press('Start');
    expect(screen.getByRole('dialog', { name: 'Before your first call' })).toBeTruthy();
    expect(asked('/api/login')).toBe(0);
    await ada.press('Agree and start');
    await ada.pass(300);
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
    expect([...server.accounts.people.values()]).toMatchObject([{ consent: { version: 1 } }]);
    const paths = server.asked.map(({ path }) => path);
    expect(paths.indexOf('/api/consent')).toBeLessThan(paths.indexOf('/api/auth/ws-ticket'));
    page.close();
    cleanup();
    const next = await arrive(createFakeTab(undefined, tab.browser));
    await next.ada.press('Start');
    await next.ada.pass(300);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect([...server.accounts.people.values()].map(({ consent }) => consent?.version)).toEqual([1, 1]);
  });

  test('who does not agree meets nobody', async () => {
    const { ada } = await arrive(fresh());
    await ada.press('Start');
    await ada.press('Not now');
    await ada.pass(300);
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
    expect(asked('/api/login')).toBe(0);
  });

  test('a newer version is asked for again', async () => {
    const tab = fresh();
    tab.browser.consent.save({ version: 0, atMs: 0 });
    const { ada } = await arrive(tab);
    await ada.press('Start');
    expect(screen.getByRole('dialog', { name: 'Before your first call' })).toBeTruthy();
  });
});

describe('what moderators do', () => {
  const strike = (until: number): string => {
    const [person] = [...server.accounts.people.values()];
    if (person === undefined) throw new Error('nobody is in');
    server.safety.strike(person.userId, person, 'ban', 'harassment', until);
    return person.userId;
  };

  test('a warning is told beside whatever goes on', async () => {
    const { ada, page } = await meet();
    await ada.does(() => server.tell('Ada', 'moderation-warning', { sanctionId: 'w', reason: 'spam' }));
    expect(screen.getByRole('region', { name: 'A warning' }).textContent).toContain('The reason: Spam');
    expect(page.conductor.call.get().phase).toBe('live');
    await ada.press('I understand');
    expect(screen.queryByRole('region', { name: 'A warning' })).toBeNull();
  });

  test('a ban ends everything, says why, holds over a reload, and an appeal brings the person back', async () => {
    const { ada, page, tab } = await meet();
    await ada.does(() => strike(clock.now() + 365 * DAY));
    expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^You are banned until/u);
    expect(screen.getByText(/The reason: Harassment/u)).toBeTruthy();
    expect(page.conductor.call.get().phase).not.toBe('live');
    page.close();
    cleanup();
    const back = await arrive(tab);
    await back.ada.pass(300);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^You are banned until/u);
    await back.ada.type('Tell us what happened once; a second moderator reads it', 'I sang.');
    await back.ada.press('Send appeal');
    await back.ada.pass(300);
    expect(screen.getByText(/Your appeal is with a moderator/u)).toBeTruthy();
    const [person] = [...server.accounts.people.values()];
    server.safety.answer(person!.userId, person!, true);
    await back.ada.pass(16_000);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Your appeal was granted');
    await back.ada.press('Go on');
    await back.ada.press('Start');
    await back.ada.pass(300);
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
  });

  test('a device that is banned is told plainly, and not for whom', async () => {
    server.safety.doorClosed = banned(3 * DAY);
    const { ada } = await arrive();
    await ada.press('Start');
    await ada.pass(300);
    const told = screen.getAllByRole('alert').map(({ textContent }) => textContent);
    expect(told).toContainEqual(expect.stringContaining('Nobody can come in on this device for another 3 days'));
  });

  test('too many sign-ins: the button comes back by itself', async () => {
    server.safety.doorClosed = refused(429, 'rate_limited', '', 5);
    const { ada } = await arrive();
    await ada.press('Start');
    await ada.pass(300);
    expect(screen.getByRole('button', { name: 'Start' })).toHaveProperty('disabled', true);
    await ada.pass(6000);
    expect(screen.getByRole('button', { name: 'Start' })).toHaveProperty('disabled', false);
    expect(screen.getByText('You can try again now.')).toBeTruthy();
  });
});
