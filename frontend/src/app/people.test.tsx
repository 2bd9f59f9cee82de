// @vitest-environment jsdom
import { within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

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

afterEach(() => {
  cleanup();
  document.title = '';
});

/** Somebody who is signed in by mail, in a tab of their browser; the name becomes theirs. */
async function account(nickname: string): Promise<{ readonly browser: FakeBrowser; readonly page: FakePage; readonly userId: string }> {
  const browser = createFakeBrowser({ nickname, tags: ['music'], mode: 'audio' });
  const page = openFakePage(server, clock, createFakeTab({}, browser), undefined, nickname === 'Ada' ? '0A' : '0B');
  await page.conductor.restore();
  page.conductor.askByMail();
  page.conductor.mail.send({ type: 'ask', email: `${nickname.toLowerCase()}@example.org` });
  await clock.advance(10);
  const { code } = server.accounts.mails.at(-1)!;
  page.conductor.mail.send({ type: 'try', code });
  await clock.advance(10);
  const state = page.conductor.signIn.get();
  if (state.phase !== 'in') throw new Error('the code lets in');
  return { browser, page, userId: state.visitor.userId };
}

/** Ada, on the screen, and Bea, who has none, are friends. */
async function friends() {
  const { browser, page, userId } = await account('Ada');
  const bea = await account('Bea');
  server.friends.befriend(userId, bea.userId);
  const ada = look(page, clock);
  return { ada, page, browser, userId, bea: bea.page, beaId: bea.userId };
}

async function openFriends({ press, pass }: ReturnType<typeof look>, tab?: 'Requests' | 'Calls') {
  await press(/^Friends/u);
  await pass(10);
  if (tab === undefined) return;
  screen.getByRole('tab', { name: new RegExp(tab, 'u') }).click();
  await pass(10);
}

const news = () => screen.getAllByRole('status').find(({ className }) => className === 'news')?.textContent;
const said = (from: string, action: string) => server.said.filter((one) => one.from === from && one.frame.action === action);

describe('becoming friends', () => {
  test('after a call: one asks, the other accepts, and each is on the other’s list', async () => {
    const tab = createFakeTab({ nickname: 'Ada', tags: ['music'], mode: 'text' });
    const page = openFakePage(server, clock, tab);
    const ada = look(page, clock);
    await ada.press('Start');
    await ada.pass(100);
    const bea = openFakePage(server, clock, createFakeTab({ nickname: 'Bea', tags: ['music'], mode: 'text' }), undefined, '0B');
    bea.conductor.start();
    await ada.pass(500);
    await ada.press('End call');
    await ada.pass(10);
    await ada.press('Add as a friend');
    await ada.pass(10);
    expect(screen.getByText('Asked. If Bea wants it too, you are friends.')).toBeTruthy();
    expect(bea.conductor.news.get()).toEqual({ what: 'asks', nickname: 'Ada' });
    await ada.pass(10);
    const [request] = bea.conductor.friends.get().list!.incoming;
    bea.conductor.friends.send({ type: 'run', errand: { task: 'answer', requestId: request!.requestId, action: 'accept' } });
    await ada.pass(10);
    expect(news()).toBe('You and Bea are friends now.');
    await ada.press('See your friends');
    await ada.pass(10);
    expect(screen.getByRole('button', { name: 'Call Bea' })).toBeTruthy();
    expect(screen.getByText(/As a guest you have your friends in this tab only/u)).toBeTruthy();
  });

  test('by the name somebody can be found by, with one look when the typing has paused', async () => {
    const { page } = await account('Ada');
    const zoe = await account('Zoe');
    server.rename(server.accounts.people.get(zoe.userId)!, { findable: true });
    const ada = look(page, clock);
    await openFriends(ada);
    const box = screen.getByRole('searchbox', { name: 'Find people' });
    await ada.does(() => box.focus());
    await ada.fill(box, 'zoe');
    await ada.pass(300);
    expect(server.asked.filter(({ path }) => path.includes('/users/search')).map(({ path }) => path)).toEqual(['/api/users/search?q=zoe']);
    await ada.press('Add Zoe');
    await ada.pass(10);
    expect(zoe.page.conductor.friends.get().list?.incoming).toMatchObject([{ nickname: 'Ada' }]);
  });

  test('is asked for calmly: a line, a number on the button, and an answer', async () => {
    const { page, userId } = await account('Ada');
    const bea = await account('Bea');
    const ada = look(page, clock);
    await ada.does(() => void server.friends.ask(bea.userId, { toUserId: userId }));
    expect(news()).toBe('Bea would like to be your friend.');
    expect(screen.getByRole('button', { name: 'Friends 1 new' })).toBeTruthy();
    await openFriends(ada, 'Requests');
    await ada.press('Accept Bea');
    await ada.pass(10);
    expect(screen.getByText('You and Bea are friends now.')).toBeTruthy();
    expect(server.friends.areFriends(userId, bea.userId)).toBe(true);
  });

  test('ends after asking once more', async () => {
    const { ada, userId, beaId } = await friends();
    await openFriends(ada);
    await ada.press('Remove Bea');
    expect(screen.getByRole('alertdialog', { name: 'Remove Bea?' })).toBeTruthy();
    await ada.press('Remove');
    await ada.pass(10);
    expect(server.friends.areFriends(userId, beaId)).toBe(false);
    expect(screen.getByText(/No friends here yet/u)).toBeTruthy();
  });

  test('by e-mail invites whole addresses only', async () => {
    const { page, userId } = await account('Ada');
    const ada = look(page, clock);
    await openFriends(ada);
    await ada.type('E-mail', 'cleo{Enter}');
    expect(screen.getByText(/Type the whole address/u)).toBeTruthy();
    await ada.type('E-mail', '@example.org{Enter}');
    await ada.pass(10);
    expect(server.friends.listOf(userId).outgoing).toMatchObject([{ email: 'cleo@example.org' }]);
    await openTab(ada, 'Requests');
    await ada.press('Take back cleo@example.org');
    await ada.pass(10);
    expect(server.friends.listOf(userId).outgoing).toEqual([]);
  });
});

async function openTab({ pass }: ReturnType<typeof look>, tab: string) {
  screen.getByRole('tab', { name: new RegExp(tab, 'u') }).click();
  await pass(10);
}

describe('ringing a friend', () => {
  async function ring() {
    const all = await friends();
    await openFriends(all.ada);
    await all.ada.press('Call Bea');
    await all.ada.pass(10);
    return all;
  }

  test('rings, is answered, and is a call without anything about strangers', async () => {
    const { ada, page, bea } = await ring();
    expect(screen.getByRole('heading', { name: 'Calling Bea…' })).toBeTruthy();
    expect([...page.tones]).toEqual(['ring-back']);
    expect([...bea.tones]).toEqual(['ring']);
    await ada.does(() => bea.conductor.acceptRing());
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(screen.getByRole('timer').textContent).toBe('60:00');
    expect(screen.queryByRole('button', { name: 'Next' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add as a friend' })).toBeNull();
    expect([...page.tones, ...bea.tones]).toEqual([]);
    expect(page.conductor.call.get()).toMatchObject({ phase: 'live', mode: 'audio' });
    await ada.press('End call');
    await ada.pass(10);
    expect(screen.getByRole('heading', { name: 'Call with Bea ended' })).toBeTruthy();
    await ada.press('Call again');
    await ada.pass(10);
    expect(screen.getByRole('heading', { name: 'Calling Bea…' })).toBeTruthy();
  });

  test('that does not come about puts nobody into the queue', async () => {
    const { ada, bea } = await ring();
    await ada.does(() => {
      bea.conductor.acceptRing();
      server.end('Ada', 'failed');
    });
    await ada.pass(4000);
    expect(screen.getByRole('heading', { name: 'The call did not come about' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Call again' })).toBeTruthy();
    expect(said('Ada', 'join-queue')).toEqual([]);
  });

  test('is declined, and says so kindly', async () => {
    const { ada, bea } = await ring();
    await ada.does(() => bea.conductor.ringing.send({ type: 'decline' }));
    expect(screen.getByRole('heading', { name: 'Bea cannot talk now' })).toBeTruthy();
    expect(bea.conductor.news.get()).toMatchObject({ what: 'signed-in' });
    await ada.press('Close');
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
  });

  test('that is called off stops there, and is a missed call', async () => {
    const { ada, bea } = await ring();
    await ada.press('Cancel');
    await ada.pass(10);
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
    expect([...bea.tones]).toEqual([]);
    expect(bea.conductor.news.get()).toMatchObject({ what: 'missed', nickname: 'Ada' });
  });

  test('that is called off in the moment it is answered ends at once', async () => {
    const { ada, page, bea } = await ring();
    await ada.does(() => {
      bea.conductor.acceptRing();
      page.conductor.ringing.send({ type: 'cancel' });
    });
    await ada.pass(100);
    expect(page.conductor.call.get().phase).toBe('none');
    expect(said('Ada', 'end-call')).toHaveLength(1);
  });

  test('that nobody hears ends by itself', async () => {
    const { ada, bea } = await ring();
    await ada.pass(48_000);
    expect(screen.getByRole('heading', { name: 'Bea did not answer' })).toBeTruthy();
    expect(bea.conductor.news.get()).toMatchObject({ what: 'missed' });
  });

  test('who is in a call is busy', async () => {
    const all = await friends();
    server.rules.lonely = true;
    all.bea.conductor.start();
    await openFriends(all.ada);
    await all.ada.press('Call Bea');
    await all.ada.pass(10);
    expect(screen.getByRole('heading', { name: 'Bea is busy' })).toBeTruthy();
  });
});

describe('being rung', () => {
  async function rung() {
    const all = await friends();
    all.bea.conductor.callFriend({ userId: all.userId, nickname: 'Ada' });
    await all.ada.pass(10);
    return all;
  }

  test('is a dialog with the focus, a sound and the tab’s title, which an answer ends', async () => {
    const { ada, page, bea } = await rung();
    const dialog = screen.getByRole('alertdialog', { name: 'Bea is calling' });
    expect(dialog.contains(document.activeElement)).toBe(true);
    expect(document.activeElement?.tagName).not.toBe('BUTTON');
    expect(document.title).toBe('Bea is calling');
    await ada.key('{Escape}');
    expect(within(screen.getByRole('alertdialog')).getByText('Audio call')).toBeTruthy();
    await ada.press('Mute the ringing');
    expect([...page.tones]).toEqual([]);
    await ada.press('Accept');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(document.title).toBe('');
    expect(bea.conductor.call.get()).toMatchObject({ phase: 'live', media: 'connected' });
  });

  test('and declining tells the other at once', async () => {
    const { ada, bea } = await rung();
    await ada.press('Decline');
    await ada.pass(10);
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(bea.conductor.ringing.get()).toMatchObject({ phase: 'over', why: 'declined' });
  });

  test('in vain is a line, and the calls show it until they are looked at', async () => {
    const { ada } = await rung();
    await ada.does(() => server.friends.timeOut());
    await ada.pass(10);
    expect(news()).toBe('You missed a call from Bea.');
    expect(screen.getByRole('button', { name: 'Friends 1 new' })).toBeTruthy();
    await openFriends(ada, 'Calls');
    expect(screen.getByText(/^Missed · Today/u)).toBeTruthy();
    await ada.press('Close');
    await ada.pass(10);
    expect(screen.getByRole('button', { name: 'Friends' })).toBeTruthy();
  });

  test('goes on after a reload', async () => {
    const { browser, page, ada } = await rung();
    cleanup();
    page.close();
    const again = openFakePage(server, clock, createFakeTab({}, browser));
    const reloaded = look(again, clock);
    await ada.does(() => void again.conductor.restore());
    await reloaded.pass(50);
    await reloaded.press('Accept');
    await reloaded.pass(100);
    expect(screen.getByRole('status').textContent).toBe('Connected');
  });

  test('rings in every tab; the one that answers takes over, and the other says nothing of it', async () => {
    const { ada, browser, page, userId, bea } = await friends();
    const second = openFakePage(server, clock, createFakeTab({}, browser));
    await second.conductor.restore();
    await ada.pass(50);
    expect(page.conductor.gateway.get()).toMatchObject({ phase: 'silent', superseded: true });
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
    await ada.pass(240_000);
    bea.conductor.callFriend({ userId, nickname: 'Ada' });
    await ada.pass(10);
    expect([...second.tones]).toEqual(['ring']);
    await ada.press('Accept');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect([...second.tones]).toEqual([]);
    expect(second.conductor.news.get()).toBeUndefined();
    expect(second.conductor.gateway.get()).toMatchObject({ phase: 'silent' });
    expect(second.conductor.displaced.get()).toBe(false);
  });

  test('too late is said', async () => {
    const { ada, page, bea } = await rung();
    await ada.does(() => {
      bea.conductor.ringing.send({ type: 'cancel' });
      page.conductor.acceptRing();
    });
    await ada.pass(10);
    expect(news()).toBe('Bea was gone before you could answer.');
  });
});

test('when the tab that speaks is closed, another one does so as soon as it is looked at', async () => {
  const { ada, browser, page } = await friends();
  const second = openFakePage(server, clock, createFakeTab({}, browser));
  await second.conductor.restore();
  await ada.pass(50);
  await ada.does(() => page.conductor.wake());
  expect(page.conductor.gateway.get().phase).toBe('silent');
  second.close();
  await ada.does(() => page.conductor.wake());
  await ada.pass(50);
  expect(page.conductor.gateway.get()).toMatchObject({ phase: 'open', superseded: false });
  await ada.does(() => server.tell('Ada', 'superseded', {}));
  await ada.does(() => page.conductor.wake());
  expect(page.conductor.gateway.get().phase).toBe('silent');
});

test('a new tab of an account does not take a call out of another one', async () => {
  const { ada, browser, page, bea } = await friends();
  page.conductor.callFriend({ userId: server.friends.listOf(stateOf(page)).friends[0]!.userId, nickname: 'Bea' });
  await ada.pass(10);
  await ada.does(() => bea.conductor.acceptRing());
  await ada.pass(100);
  const second = openFakePage(server, clock, createFakeTab({}, browser));
  await second.conductor.restore();
  await ada.pass(100);
  expect(second.conductor.gateway.get().phase).toBe('closed');
  expect(screen.getByRole('status').textContent).toBe('Connected');
});

function stateOf(page: FakePage): string {
  const state = page.conductor.signIn.get();
  return state.phase === 'in' ? state.visitor.userId : '';
}
