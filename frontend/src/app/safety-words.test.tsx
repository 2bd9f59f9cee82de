// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { safetyWords } from '@/lib/browser/safety-words';
import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, openFakePage, type FakePage } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen, within } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

async function start(nickname: string, byte: string, mode: 'video' | 'text' = 'video'): Promise<FakePage> {
  const page = openFakePage(server, clock, createFakeTab({ nickname, mode }), undefined, byte);
  void page.conductor.restore();
  page.conductor.start();
  await clock.advance(100);
  return page;
}

/** What one of the two sees, on a screen of their own. */
async function wordsOn(page: FakePage, button: string | RegExp, before: (one: ReturnType<typeof look>) => Promise<void> = () => Promise.resolve()): Promise<readonly string[]> {
  cleanup();
  const one = look(page, clock);
  await before(one);
  await one.press(button);
  const list = await screen.findByRole('list', { name: 'Safety words' });
  return within(list).getAllByRole('listitem').map((item) => item.textContent);
}

describe('the safety words', () => {
  test('of a call are the same on both pages, and those of its certificates', async () => {
    const [ada, bea] = [await start('Ada', '0A'), await start('Bea', '0B')];
    await clock.advance(500);
    const [hers, his] = [await wordsOn(ada, 'Safety words'), await wordsOn(bea, 'Safety words')];
    expect(hers).toHaveLength(8);
    expect(hers).toEqual(his);
    expect(hers).toEqual(await safetyWords({ place: server.sessionOf('Ada'), own: ada.peers.fingerprint, peer: bea.peers.fingerprint }));
    expect(JSON.stringify(server.said)).not.toContain(hers[0]);
  });

  test('come with what to do, and close with Escape back to where one was', async () => {
    const ada = await start('Ada', '0A');
    await start('Bea', '0B');
    await clock.advance(500);
    const one = look(ada, clock);
    screen.getByRole('button', { name: 'Safety words' }).focus();
    await one.key('{Enter}');
    const panel = within(await screen.findByRole('dialog', { name: 'Safety words with Bea' }));
    expect(panel.getByText(/Read them to each other.*end the call/u)).toBeTruthy();
    await one.key('{Escape}');
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Safety words'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('are not offered where only text is passed on, which has no certificate', async () => {
    const ada = await start('Ada', '0A', 'text');
    await start('Bea', '0B', 'text');
    await clock.advance(500);
    look(ada, clock);
    expect(screen.getByRole('button', { name: 'Report' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Safety words' })).toBeNull();
  });

  test('of a room are of each two: the same on both pages, others than with anybody else', async () => {
    const { roomId } = server.rooms.create('somebody', { name: 'Choir', capacity: 4 });
    const [ada, bea] = await Promise.all(
      [['Ada', '0A'], ['Bea', '0B'], ['Cleo', '0C']].map(async ([nickname = '', byte]) => {
        const page = openFakePage(server, clock, createFakeTab({ nickname }), undefined, byte);
        await page.conductor.land({ kind: 'room', roomId });
        page.conductor.enterRoom(nickname, '');
        return page;
      }),
    );
    await clock.advance(500);
    const open = (one: ReturnType<typeof look>): Promise<void> => one.press(/^People/u);
    const hers = await wordsOn(ada!, 'Safety words with Bea', open);
    expect(await wordsOn(bea!, 'Safety words with Ada', open)).toEqual(hers);
    expect(await wordsOn(ada!, 'Safety words with Cleo', open)).not.toEqual(hers);
  });
});
