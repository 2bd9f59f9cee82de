// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, openFakePage, type FakePage, type FakeTab } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen, within } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

/** Somebody without a screen, in the room. */
async function roommate(roomId: string, nickname: string, byte: string, password = ''): Promise<FakePage> {
  const page = openFakePage(server, clock, createFakeTab({ nickname }), undefined, byte);
  await page.conductor.land({ kind: 'room', roomId });
  page.conductor.enterRoom(nickname, password);
  return page;
}

async function arrive(wish: object = { name: 'Choir', capacity: 4 }, tab: FakeTab = createFakeTab()) {
  const { roomId } = server.rooms.create('somebody', { ...wish });
  const page = openFakePage(server, clock, tab);
  const ada = look(page, clock);
  await ada.does(() => void page.conductor.land({ kind: 'room', roomId }));
  return { ada, page, roomId, tab };
}

const actions = (from: string) => server.said.filter((one) => one.from === from).map(({ frame }) => frame.action);
const tile = (name: string) => screen.getByRole('listitem', { name });

describe('a room', () => {
  test('is entered at its link, talked in, and left', async () => {
    const { ada, page, roomId } = await arrive();
    expect(screen.getByRole('heading', { name: 'Choir', level: 1 })).toBeTruthy();
    await ada.type('Nickname', 'Ada');
    await ada.press('Join');
    await ada.pass(100);
    expect(screen.getByLabelText('Your video')).toBeTruthy();
    expect(screen.getByRole('status').textContent).toContain('alone');
    const bea = await roommate(roomId, 'Bea', '0B');
    await ada.pass(500);
    expect(tile('Bea').textContent).not.toContain('Connecting');
    expect(screen.getByLabelText("Bea's video")).toBeTruthy();
    expect(page.peers.made.flatMap(({ done }) => done)).toContain('offer');
    expect(bea.peers.made.flatMap(({ done }) => done)).not.toContain('offer');
    expect(page.peers.made[0]?.sending?.maxBitrate).toBe(700_000);
    await ada.press('Chat');
    await ada.type('Message', 'Hello{Enter}');
    await ada.does(() => bea.conductor.room.send({ type: 'say', text: 'Hi Ada' }));
    expect(within(screen.getByRole('log', { name: 'Chat' })).getByText('Hi Ada')).toBeTruthy();
    await ada.press('Raise hand');
    await ada.pass(100);
    expect(screen.getByRole('button', { name: 'Raise hand' }).getAttribute('aria-pressed')).toBe('true');
    await ada.press('Leave');
    await ada.pass(100);
    expect(screen.getByRole('heading', { name: 'You left the room' })).toBeTruthy();
    expect(page.peers.made.every(({ closed }) => closed)).toBe(true);
    await ada.press('Back to the start');
    expect(screen.getByRole('button', { name: 'Create a room' })).toBeTruthy();
  });

  test('asks for its password, and a wrong one is said so', async () => {
    const { ada } = await arrive({ password: 'sesame' });
    await ada.type('Nickname', 'Ada');
    await ada.fill(screen.getByLabelText('Password'), 'open');
    await ada.press('Join');
    await ada.pass(100);
    expect(screen.getByText("That is not this room's password; try again.")).toBeTruthy();
    await ada.fill(screen.getByLabelText('Password'), '{Backspace}{Backspace}{Backspace}{Backspace}sesame');
    await ada.press('Join');
    await ada.pass(100);
    expect(screen.getByRole('button', { name: 'Leave' })).toBeTruthy();
  });

  test('is made in the green room, and its link copied', async () => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }));
    const ada = look(page, clock);
    await ada.does(() => void page.conductor.restore());
    await ada.press('Create a room');
    await ada.type('Name if you like', 'Choir');
    await ada.press('Create');
    await ada.pass(100);
    await ada.press('Copy');
    expect(page.copied).toEqual(['http://localhost/room/room-1']);
    await ada.press('Go to the room');
    await ada.press('Join');
    await ada.pass(100);
    await ada.press('Copy the link');
    expect(page.copied).toHaveLength(2);
    const cleo = await roommate('room-1', 'Cleo', '0C');
    await ada.pass(500);
    expect(screen.queryByRole('button', { name: 'Copy the link' })).toBeNull();
    await ada.press('People');
    await ada.press('Remove Cleo');
    await ada.press('Remove and lock');
    await ada.pass(100);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('list', { name: 'In this room' }));
    expect(page.conductor.room.get()).toMatchObject({ view: { locked: true } });
    expect(cleo.conductor.room.get()).toMatchObject({ phase: 'out', why: 'removed' });
    expect(screen.queryByLabelText("Cleo's video")).toBeNull();
  });

  test('is passed on by its owner alone, and somebody is removed without locking it', async () => {
    const { ada, page, roomId } = await arrive({}, createFakeTab({ nickname: 'Ada' }));
    await ada.press('Join');
    await ada.pass(100);
    const cleo = await roommate(roomId, 'Cleo', '0C');
    await ada.pass(500);
    await ada.press('People');
    expect(screen.queryByRole('button', { name: 'Make Cleo the host' })).toBeNull();
    const state = page.conductor.room.get();
    if (state.phase !== 'inside') throw new Error(state.phase);
    const owned = { ...state.view, version: state.view.version + 1, owner: true };
    await ada.does(() => page.conductor.room.send({ type: 'frame', frame: { event: 'participant', ts: 0, data: owned } }));
    expect(screen.getByRole('button', { name: 'Make Cleo the host' })).toBeTruthy();
    await ada.press('Remove Cleo');
    await ada.press('Remove');
    await ada.pass(100);
    expect(page.conductor.room.get()).toMatchObject({ view: { locked: false } });
    expect(cleo.conductor.room.get()).toMatchObject({ phase: 'out', why: 'removed' });
  });

  test('with a waiting room says whether somebody is there who can let one in', async () => {
    const { ada, page, roomId } = await arrive({ waitingRoom: true }, createFakeTab({ nickname: 'Ada' }));
    await ada.press('Join');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toContain('Nobody is here yet who can let you in');
    server.rooms.seat(roomId, 'Bea');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toContain('They see your nickname');
    const [own] = [page.conductor.signIn.get()].map((signed) => (signed.phase === 'in' ? signed.visitor.userId : ''));
    server.rooms.admit(own ?? '');
    await ada.pass(100);
    expect(screen.getByRole('button', { name: 'Leave' })).toBeTruthy();
    expect(screen.getByLabelText("Bea's video")).toBeTruthy();
  });

  test('keeps the place of a page that is loaded anew, under another alias', async () => {
    const { ada, page, roomId, tab } = await arrive({ password: 'sesame' }, createFakeTab({ nickname: 'Ada' }));
    await ada.fill(screen.getByLabelText('Password'), 'sesame');
    await ada.press('Join');
    await ada.pass(100);
    page.close();
    cleanup();
    const anew = openFakePage(server, clock, tab);
    const again = look(anew, clock);
    await again.does(() => void anew.conductor.land({ kind: 'room', roomId }));
    await again.pass(500);
    expect(screen.getByRole('button', { name: 'Leave' })).toBeTruthy();
    expect(actions('Ada').filter((action) => action === 'join-room')).toHaveLength(2);
  });

  test('is held for a friend who rings, and comes back after their call', async () => {
    const { ada, page, roomId } = await arrive({}, createFakeTab({ nickname: 'Ada' }));
    await ada.press('Join');
    const bea = openFakePage(server, clock, createFakeTab({ nickname: 'Bea' }), undefined, '0B');
    const cleo = await roommate(roomId, 'Cleo', '0C');
    bea.conductor.start();
    await ada.pass(500);
    await ada.does(() => bea.conductor.cancel());
    const [own, friend] = [page, bea].map(({ conductor }) => conductor.signIn.get()).map((state) => (state.phase === 'in' ? state.visitor.userId : ''));
    server.friends.befriend(own ?? '', friend ?? '');
    await ada.does(() => bea.conductor.callFriend({ userId: own ?? '', nickname: 'Ada' }));
    await ada.pass(500);
    await ada.press('Hold the room and answer');
    await ada.pass(500);
    expect(screen.getByRole('button', { name: 'End call' })).toBeTruthy();
    expect(cleo.conductor.room.get()).toMatchObject({ view: { peers: [{ nickname: 'Ada', presence: 'held' }] } });
    await ada.press('End call');
    await ada.pass(500);
    expect(screen.getByRole('button', { name: 'Leave' })).toBeTruthy();
    expect(cleo.conductor.room.get()).toMatchObject({ view: { peers: [{ nickname: 'Ada', presence: 'here' }] } });
  });
});
