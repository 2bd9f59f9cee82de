// @vitest-environment jsdom
import { within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Preferences } from '@/lib/browser/preferences';
import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { refused } from '@/testing/fake-rest';
import { FakeServer } from '@/testing/fake-server';
import { createFakeBrowser, createFakeTab, openFakePage, type FakeBrowser, type FakePage } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;
let browser: FakeBrowser;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
  server.rules.lonely = true;
  browser = createFakeBrowser({ nickname: 'Ada', tags: ['music'], mode: 'text' });
});

afterEach(cleanup);

/** A page of a tab of this browser, at its start. */
function openTab(tab = createFakeTab({}, browser)): FakePage {
  const page = openFakePage(server, clock, tab);
  void page.conductor.restore();
  return page;
}

/** A page that a link from the mail has opened. */
function openLink(of: FakeBrowser): FakePage {
  const page = openFakePage(server, clock, createFakeTab({}, of));
  void page.conductor.land({ kind: 'link', token: server.accounts.mails.at(-1)?.token ?? '' });
  return page;
}

async function askForLink(page: FakePage) {
  const ada = look(page, clock);
  await ada.pass(10);
  await ada.press('Sign in');
  await ada.type('E-mail', 'ada@example.org{Enter}');
  await ada.pass(10);
  expect(screen.getByRole('dialog', { name: 'Look into your mail' })).toBeTruthy();
  return ada;
}

/** Ada is signed in by mail, on the screen. */
async function signIn(page = openTab()) {
  const ada = await askForLink(page);
  await ada.type('Code', `${server.accounts.mails.at(-1)?.code ?? ''}{Enter}`);
  await ada.pass(10);
  expect(news()).toBe('You are signed in as Ada.');
  return ada;
}

function news(): string | null | undefined {
  return screen.getAllByRole('status').find(({ className }) => className === 'news')?.textContent;
}

const asked = (path: string) => server.asked.filter((request) => request.path === path);
const logins = () => asked('/api/login').filter(({ body }) => body['email'] === undefined);

describe('signing in by mail', () => {
  test('brings in the tab that the link opens, and the one that waits for it', async () => {
    const ada = await askForLink(openTab());
    expect(asked('/api/login').at(-1)?.body).toEqual({ email: 'ada@example.org', nickname: 'Ada', tags: ['music'] });
    const other = openLink(browser);
    await ada.pass(100);
    expect(news()).toBe('You are signed in as Ada.');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('ada@example.org')).toBeTruthy();
    expect(other.conductor.link.get()).toEqual({ phase: 'none' });
    expect(other.conductor.signIn.get()).toMatchObject({ phase: 'in', visitor: { account: true, nickname: 'Ada' } });
  });

  test('keeps a guest who they are', async () => {
    const tab = createFakeTab({}, browser);
    const page = openTab(tab);
    page.conductor.start();
    await clock.advance(100);
    page.conductor.cancel();
    await clock.advance(100);
    const guest = tab.identity.load();
    const ada = await signIn(page);
    expect(page.conductor.signIn.get()).toMatchObject({ visitor: { userId: guest?.userId, account: true } });
    expect(asked('/api/login').at(-1)).toMatchObject({ bearer: guest?.accessToken, body: { deviceId: 'device-1' } });
    expect(tab.identity.load()).toBeUndefined();
    await ada.press('Start');
    await ada.pass(100);
    expect(logins()).toHaveLength(1);
    expect(server.said.at(-1)).toMatchObject({ from: 'Ada', frame: { action: 'join-queue' } });
  });

  test('by a code that does not fit says so and asks again', async () => {
    const ada = await askForLink(openTab());
    await ada.type('Code', 'wrong{Enter}');
    await ada.pass(10);
    expect(screen.getByRole('alert').textContent).toContain('does not fit');
    await ada.pass(60_000);
    await ada.press('Send it again');
    await ada.pass(10);
    expect(server.accounts.mails).toHaveLength(2);
  });

  test('says when too many links were asked for', async () => {
    server.refuseMail = refused(429, 'rate_limited', 'Too many.', 40);
    const ada = look(openTab(), clock);
    await ada.press('Sign in');
    await ada.type('E-mail', 'ada@example.org{Enter}');
    await ada.pass(10);
    expect(screen.getByRole('alert').textContent).toBe('That was a little too quick. Try again in 40 seconds.');
  });

  test('goes on waiting after a reload, as on a phone that was in the mail', async () => {
    const tab = createFakeTab({}, browser);
    await askForLink(openTab(tab));
    cleanup();
    const ada = look(openTab(tab), clock);
    await ada.pass(10);
    await ada.type('Code', `${server.accounts.mails.at(-1)?.code ?? ''}{Enter}`);
    await ada.pass(10);
    expect(news()).toBe('You are signed in as Ada.');
  });
});

describe('a link', () => {
  test('in a browser that did not ask shows the code and has nothing to press', async () => {
    await askForLink(openTab());
    cleanup();
    const ada = look(openLink(createFakeBrowser()), clock);
    await ada.pass(10);
    expect(screen.getByRole('heading', { name: 'Your code' })).toBeTruthy();
    expect(screen.getByRole('status').textContent).toContain('K, 7, Q, D, 0, 0, 0, 1');
    expect(document.querySelector('.code-figures')?.textContent.trim()).toBe('K7QD 0001');
    expect(document.querySelectorAll('button, a, input, [tabindex="0"]')).toHaveLength(0);
    expect(asked('/api/auth/magic/verify')).toHaveLength(1);
  });

  test('that is over offers a new one, which somebody has to type an address for', async () => {
    await askForLink(openTab());
    server.accounts.mails[0]!.used = true;
    cleanup();
    const ada = look(openLink(createFakeBrowser()), clock);
    await ada.pass(10);
    expect(screen.getByRole('heading', { name: 'This link is over' })).toBeTruthy();
    await ada.press('Ask for a new link');
    await ada.press('Send me a link');
    await ada.pass(10);
    expect(screen.getByRole('textbox', { name: 'E-mail' })).toHaveProperty('value', '');
    expect(server.accounts.mails).toHaveLength(1);
  });
});

describe('an account', () => {
  test('is in again after a reload, in every tab, and its name is its own', async () => {
    await signIn();
    server.rename(server.accounts.people.get('user-1')!, { nickname: 'Countess' });
    cleanup();
    const page = openTab();
    const ada = look(page, clock);
    await ada.pass(100);
    expect(screen.getByRole('textbox', { name: 'Nickname' })).toHaveProperty('value', 'Countess');
    expect(asked('/api/auth/refresh').at(-1)?.body).toEqual({});
    expect(page.conductor.gateway.get().phase).toBe('open');
  });

  test('is asked for again when the network was away, and never becomes a guest', async () => {
    await signIn();
    cleanup();
    const page = openFakePage(server, clock, createFakeTab({}, browser));
    page.plug(false);
    const ada = look(page, clock);
    await ada.does(() => void page.conductor.restore());
    await ada.pass(10_000);
    await ada.press('Start');
    await ada.pass(10_000);
    expect(screen.getByRole('alert').textContent).toContain('cannot be reached');
    page.plug(true);
    await ada.press('Start');
    await ada.pass(1000);
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
    expect(logins()).toHaveLength(0);
  });

  test('whose sign-in the server has ended is out, with a sentence', async () => {
    const ada = await signIn();
    server.accounts.signOut(browser.name, false);
    await ada.pass(300_000);
    expect(news()).toMatch(/^You are signed out here\./u);
    expect(browser.note.load()).toBeUndefined();
    expect(logins()).toHaveLength(0);
  });

  test('that logs out is out in every tab', async () => {
    const other = openTab();
    const ada = await signIn();
    await ada.pass(100);
    expect(other.conductor.signIn.get()).toMatchObject({ phase: 'in', visitor: { account: true } });
    await ada.press('Account');
    await ada.pass(10);
    await ada.press('Log out');
    await ada.pass(10);
    expect(news()).toMatch(/^You are signed out\./u);
    expect(asked('/api/auth/logout').at(-1)?.body).toEqual({});
    expect(other.conductor.signIn.get()).toEqual({ phase: 'out', parting: 'elsewhere' });
  });

  test('under a new name tells the server before it meets anybody', async () => {
    const ada = await signIn();
    await ada.type('Nickname', ' Lovelace');
    await ada.press('Start');
    await ada.pass(100);
    expect(server.said.at(-1)).toMatchObject({ from: 'Ada Lovelace', frame: { action: 'join-queue' } });
    expect(logins()).toHaveLength(0);
  });
});

describe('one’s own page', () => {
  test('saves the profile, and the green room follows', async () => {
    const ada = await signIn();
    await ada.press('Account');
    await ada.pass(10);
    await ada.press('Add movies');
    await ada.press('Save');
    await ada.pass(10);
    expect(screen.getByText('Saved.')).toBeTruthy();
    expect(server.accounts.people.get('user-1')?.tags).toEqual(['music', 'movies']);
    expect(browser.preferences.load()).toMatchObject({ tags: ['music', 'movies'] } satisfies Partial<Preferences>);
  });

  test('takes the language away again, and lets people find the name', async () => {
    const ada = await signIn();
    const person = server.accounts.people.get('user-1')!;
    server.rename(person, { language: 'de' });
    await ada.press('Account');
    await ada.pass(10);
    const dialog = within(screen.getByRole('dialog', { name: 'Account' }));
    await ada.choose(dialog.getByRole('combobox', { name: /^Language/u }), '');
    await ada.press('Save');
    await ada.pass(10);
    expect(asked('/api/users/me').at(-1)?.body).toMatchObject({ language: '' });
    expect(person.language).toBeUndefined();
    await ada.does(() => screen.getByRole('tab', { name: 'Privacy' }).click());
    await ada.does(() => screen.getByRole('switch', { name: 'People can find me by my name' }).click());
    await ada.pass(10);
    expect(person.findable).toBe(true);
    expect(asked('/api/users/me').at(-1)?.body).toEqual({ findable: true });
  });

  test('hides the address of somebody who is nobody yet from their first call on', async () => {
    const ada = look(openTab(), clock);
    await ada.press('Account');
    await ada.does(() => screen.getByRole('tab', { name: 'Privacy' }).click());
    await ada.does(() => screen.getByRole('switch', { name: 'Hide my IP address' }).click());
    await ada.press('Close');
    await ada.press('Start');
    await ada.pass(100);
    const told = server.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
    expect(told).toEqual(['POST /api/login', 'PUT /api/users/me', 'POST /api/auth/ws-ticket']);
    expect(server.accounts.people.get('user-1')?.hideIp).toBe(true);
  });

  test('gives the data, and wants a fresh sign-in where the server does', async () => {
    const page = openTab();
    const ada = await signIn(page);
    await ada.press('Account');
    await ada.does(() => screen.getByRole('tab', { name: 'Privacy' }).click());
    await ada.press('Download my data');
    await ada.pass(10);
    expect(page.files).toEqual(['speed-connect-my-data.json']);
    server.accounts.wantsProof = true;
    await ada.press('Download my data');
    await ada.pass(10);
    await ada.press('Sign in by mail');
    expect(screen.getByRole('textbox', { name: 'E-mail' })).toHaveProperty('value', 'ada@example.org');
  });

  test('erases after asking once more', async () => {
    const ada = await signIn();
    await ada.press('Account');
    await ada.does(() => screen.getByRole('tab', { name: 'Privacy' }).click());
    await ada.press('Erase my account');
    expect(screen.getByRole('alertdialog', { name: 'Erase your account?' })).toBeTruthy();
    await ada.press('Keep my account');
    expect(asked('/api/users/me').some(({ method }) => method === 'DELETE')).toBe(false);
    await ada.press('Erase my account');
    await ada.press('Erase everything');
    await ada.pass(10);
    expect(news()).toContain('is being erased');
    expect(server.accounts.people.size).toBe(0);
    expect(browser.preferences.load()).toMatchObject({ nickname: '', tags: [] });
  });
});
