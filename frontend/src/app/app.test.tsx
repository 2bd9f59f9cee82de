// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, FAKE_TRACE, noDevices, openFakePage, type FakePage } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

/** The other person, who has no screen here. */
function partner(mode: 'video' | 'audio' | 'text' = 'video'): FakePage {
  const page = openFakePage(server, clock, createFakeTab({ nickname: 'Bea', tags: ['music'], mode }), undefined, '0B');
  void page.conductor.restore();
  page.conductor.start();
  return page;
}

async function meet(mode: 'video' | 'audio' | 'text' = 'video') {
  const tab = createFakeTab({ nickname: 'Ada', tags: ['music'], mode });
  const page = openFakePage(server, clock, tab);
  const ada = look(page, clock);
  await ada.does(() => void page.conductor.restore());
  await ada.press('Start');
  await ada.pass(100);
  const bea = partner(mode);
  await ada.pass(500);
  return { ada, bea, page, tab };
}

describe('the green room', () => {
  test('takes a nickname and tags, and Start puts somebody into the queue with them', async () => {
    const page = openFakePage(server, clock, createFakeTab());
    const ada = look(page, clock);
    await ada.does(() => void page.conductor.restore());
    await ada.type('Nickname', 'Ada');
    await ada.type('Tags', 'Music{Enter}  ART {Enter}music{Enter}half typed');
    await ada.press('Start');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toBe('Looking for someone like you…');
    const joined = server.said.find(({ frame }) => frame.action === 'join-queue');
    expect(joined).toMatchObject({ from: 'Ada', frame: { data: { userId: 'user-1', tags: ['music', 'art', 'half typed'], mode: 'video' } } });
    expect(server.said[0]?.frame.action).toBe('hello');
  });

  test('remembers what was entered', async () => {
    const tab = createFakeTab();
    const first = openFakePage(server, clock, tab);
    const ada = look(first, clock);
    await ada.type('Nickname', 'Ada');
    await ada.press('Add cooking');
    cleanup();
    look(openFakePage(server, clock, tab), clock);
    expect(screen.getByRole('textbox', { name: 'Nickname' })).toHaveProperty('value', 'Ada');
    expect(screen.getByText('cooking')).toBeTruthy();
  });

  test.each([
    ['NotAllowedError', 'Your camera is blocked'],
    ['NotFoundError', 'No camera found'],
    ['NotReadableError', 'Your camera is in use'],
  ])('helps when the camera fails with %s, and lets in without it', async (error, title) => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }), noDevices(error));
    const ada = look(page, clock);
    await ada.does(() => void page.conductor.restore());
    expect(screen.getByRole('heading', { name: title })).toBeTruthy();
    await ada.press('Join with text');
    expect(screen.queryByRole('heading', { name: title })).toBeNull();
  });

  test('says kindly that the server cannot be reached, and stays', async () => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }));
    page.plug(false);
    const ada = look(page, clock);
    await ada.press('Start');
    await ada.pass(100);
    expect(screen.getByText(/cannot be reached/u)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
  });
});

describe('waiting', () => {
  test('can be cancelled, and nothing asks for a match after it', async () => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }));
    const ada = look(page, clock);
    await ada.press('Start');
    await ada.pass(100);
    await ada.press('Cancel');
    await ada.pass(100);
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
    expect(server.said.map(({ frame }) => frame.action)).toEqual(['hello', 'join-queue', 'leave-queue']);
  });

  test('asks once however long it lasts, and pings every 30 s', async () => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }));
    const ada = look(page, clock);
    await ada.press('Start');
    await ada.pass(100);
    for (let update = 0; update < 20; update += 1) {
      await ada.does(() => server.tell('Ada', 'queue-update', { tags: [], waiting: 2, position: 1 }));
      await ada.pass(6000);
    }
    const actions = server.said.map(({ frame }) => frame.action);
    expect(actions.filter((action) => action === 'join-queue')).toHaveLength(1);
    expect(actions.filter((action) => action === 'ping')).toHaveLength(4);
  });

  test('survives a lost socket and joins again by itself', async () => {
    const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada' }));
    const ada = look(page, clock);
    await ada.press('Start');
    await ada.pass(100);
    await ada.does(() => page.plug(false));
    expect(screen.getByRole('status').textContent).toBe('Getting you in…');
    page.plug(true);
    await ada.pass(30_000);
    expect(screen.getByRole('status').textContent).toBe('Looking for anyone…');
  });
});

describe('a call', () => {
  test('connects two people and shows who it is, what they share and how long they have', async () => {
    const { ada } = await meet();
    expect(screen.getByRole('heading', { name: 'Bea' })).toBeTruthy();
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(screen.getByText('music')).toBeTruthy();
    expect(screen.getByLabelText("Partner's video").tagName).toBe('VIDEO');
    expect(screen.getByLabelText('Your video').tagName).toBe('VIDEO');
    expect(screen.getByRole('timer').textContent).toBe('5:00');
    await ada.pass(61_000);
    expect(screen.getByRole('timer').textContent).toMatch(/^3:5\d$/u);
  });

  test('is confirmed and the certificate told in one frame', async () => {
    const { page } = await meet();
    const said = server.said.filter(({ from }) => from === 'Ada').map(({ frame }) => frame);
    const confirmations = said.filter(({ action, data }) => action === 'connection-status' && data.status === 'received');
    expect(confirmations).toMatchObject([{ data: { sha256: page.peers.made[0]?.fingerprint } }]);
    expect(said.filter(({ action }) => action === 'fingerprint')).toEqual([]);
  });

  test('is reported once it flows: by which way, and by who offered, how long signaling took', async () => {
    const { ada } = await meet();
    await ada.pass(100);
    const reports = server.said.flatMap(({ frame }) =>
      frame.action === 'connection-status' && frame.data.status === 'connected' ? [frame.data] : [],
    );
    expect(reports).toHaveLength(2);
    expect(reports.every(({ connectionType }) => connectionType === 'relay')).toBe(true);
    expect(reports.filter(({ signalingMs }) => signalingMs !== undefined)).toHaveLength(1);
    expect(server.said.every(({ frame }) => frame.trace === FAKE_TRACE)).toBe(true);
  });

  test('carries chat both ways, as text and never as markup', async () => {
    const { ada, bea } = await meet();
    await ada.type('Message', '<b>hi</b>{Enter}');
    await ada.does(() => bea.conductor.chat.send({ type: 'say', text: '<img src=x onerror=alert(1)>', nowMs: clock.now() }));
    await ada.pass(50);
    expect(ada.log().getByText('<b>hi</b>')).toBeTruthy();
    expect(ada.log().getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(document.querySelector('.chat-log b, .chat-log img')).toBeNull();
    expect(bea.conductor.chat.get().lines.map(({ text }) => text)).toContain('<b>hi</b>');
  });

  test('mutes and shows it', async () => {
    const { ada } = await meet();
    await ada.press('Mute');
    expect(screen.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('ends for both by the button, and says so', async () => {
    const { ada, bea } = await meet();
    await ada.press('End call');
    await ada.pass(100);
    expect(screen.getByRole('heading', { name: 'You ended the call' })).toBeTruthy();
    expect(bea.conductor.call.get()).toMatchObject({ phase: 'ended', cause: 'peer-left' });
    expect(bea.peers.made.every(({ closed }) => closed)).toBe(true);
  });

  test('goes on to the next person in one step', async () => {
    const { ada, page } = await meet();
    expect(screen.getByRole('button', { name: 'Next' })).toHaveProperty('disabled', true);
    await ada.pass(2000);
    await ada.press('Next');
    await ada.pass(100);
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
    expect(page.peers.made.every(({ closed }) => closed)).toBe(true);
    const actions = server.said.filter(({ from }) => from === 'Ada').map(({ frame }) => frame.action);
    expect(actions).toContain('next');
    expect(actions).not.toContain('end-call');
  });

  test('lasts five minutes longer when both ask', async () => {
    const { ada, bea } = await meet();
    expect(screen.queryByRole('button', { name: /5 more minutes/u })).toBeNull();
    await ada.pass(245_000);
    await ada.press('Ask for 5 more minutes');
    await ada.pass(100);
    expect(screen.getByText('Asked Bea for 5 more minutes')).toBeTruthy();
    expect(bea.conductor.call.get()).toMatchObject({ extension: { left: 3, askedBy: 'partner' } });
    await ada.does(() => bea.conductor.call.send({ type: 'extend' }));
    await ada.pass(100);
    expect(screen.queryByText(/5 more minutes/u)).toBeNull();
    await ada.pass(200_000);
    expect(screen.getByRole('status').textContent).toBe('Connected');
  });

  test('shows that the partner wants more time', async () => {
    const { ada, bea } = await meet();
    await ada.does(() => bea.conductor.call.send({ type: 'extend' }));
    await ada.pass(100);
    await ada.press('Stay 5 more minutes');
    await ada.pass(100);
    expect(bea.conductor.call.get()).toMatchObject({ extension: { left: 2 } });
  });

  test('ends by the page’s own clock when the server is silent', async () => {
    const { ada, page } = await meet();
    await ada.does(() => page.plug(false));
    expect(screen.getByRole('status').textContent).toBe('Connected, chat is coming back…');
    await ada.pass(303_000);
    expect(screen.getByRole('heading', { name: 'Time’s up' })).toBeTruthy();
    expect(page.peers.made.every(({ closed }) => closed)).toBe(true);
  });

  test('falls back to the relay when KVS does not open, and people notice nothing', async () => {
    server.rules.signaling = 'kvs';
    await meet();
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(server.said.filter(({ frame }) => frame.action === 'connection-status' && frame.data.status === 'signaling-failed')).not.toEqual([]);
  });

  test('survives a reload of one page, with its chat', async () => {
    const { ada, bea, page, tab } = await meet();
    await ada.type('Message', 'before{Enter}');
    await ada.pass(100);
    cleanup();
    page.close();
    await clock.advance(1000);
    expect(bea.conductor.call.get()).toMatchObject({ phase: 'live', partnerAway: true });

    const again = openFakePage(server, clock, tab, undefined, '0C');
    const reloaded = look(again, clock);
    await reloaded.does(() => void again.conductor.restore());
    await reloaded.pass(2000);
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(reloaded.log().getByText('before')).toBeTruthy();
    expect(bea.conductor.call.get()).toMatchObject({ phase: 'live', partnerAway: false, media: 'connected' });
    await reloaded.type('Message', 'after{Enter}');
    await reloaded.pass(100);
    expect(bea.conductor.chat.get().lines.map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('is as silent and dark after a reload as before it, and no longer than the call', async () => {
    const { ada, page, tab } = await meet();
    await ada.press('Mute');
    await ada.does(() => page.conductor.devices.send({ type: 'camera-off', off: true }));
    cleanup();
    page.close();
    const again = openFakePage(server, clock, tab, undefined, '0C');
    expect(again.conductor.devices.get()).toMatchObject({ muted: true, cameraOff: true });
    const reloaded = look(again, clock);
    await reloaded.does(() => void again.conductor.restore());
    await reloaded.pass(2000);
    await reloaded.press('End call');
    await reloaded.pass(100);
    expect(openFakePage(server, clock, tab).conductor.devices.get()).toMatchObject({ muted: false, cameraOff: false });
  });

  test('leaves flowing media alone when only the socket was lost', async () => {
    const { ada, page } = await meet();
    await ada.does(() => page.plug(false));
    page.plug(true);
    await ada.pass(30_000);
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(page.peers.made).toHaveLength(1);
    expect(page.peers.made[0]?.done).not.toContain('restart');
  });

  test('in text mode is the chat alone', async () => {
    const { ada } = await meet('text');
    expect(screen.getByRole('status').textContent).toBe('Connected');
    expect(screen.queryByLabelText("Partner's video")).toBeNull();
    expect(screen.queryByRole('button', { name: 'Mute' })).toBeNull();
    await ada.type('Message', 'only words{Enter}');
    expect(ada.log().getByText('only words')).toBeTruthy();
  });
});

describe('what ends without a call', () => {
  /** Ada is matched with somebody whose page never confirms. */
  async function meetGhost(): Promise<ReturnType<typeof look>> {
    const ada = look(openFakePage(server, clock, createFakeTab({ nickname: 'Ada', tags: ['music'] })), clock);
    await ada.press('Start');
    await ada.pass(100);
    const ghost = server.connect(server.ticket(server.login('Ghost').token) ?? '', () => undefined);
    await ada.does(() => ghost.hear(JSON.stringify({ action: 'join-queue', data: { tags: ['music'] } })));
    return ada;
  }

  test('a partner who never came is not an error: one waits on', async () => {
    const ada = await meetGhost();
    expect(screen.getByRole('status').textContent).toBe('Connecting…');
    await ada.does(() => server.end('Ada', 'failed'));
    expect(screen.getByRole('status').textContent).toMatch(/^Looking for/u);
    await ada.pass(4000);
    expect(server.said.filter(({ from, frame }) => from === 'Ada' && frame.action === 'join-queue')).toHaveLength(2);
  });

  test('who hangs up before the match is confirmed is not put back', async () => {
    const ada = await meetGhost();
    const sessionId = server.sessionOf('Ada');
    await ada.press('End call');
    await ada.does(() => server.tell('Ada', 'session-ended', { sessionId, reason: 'failed', durationMs: 0 }));
    expect(screen.getByRole('heading', { name: 'You ended the call' })).toBeTruthy();
  });

  test('another tab of the same person takes over, and this one says so', async () => {
    const { ada, page } = await meet();
    await ada.does(() => server.tell('Ada', 'superseded', {}));
    expect(screen.getByRole('heading', { name: 'You are here in another tab' })).toBeTruthy();
    expect(page.peers.made.every(({ closed }) => closed)).toBe(true);
    await ada.press('Use it here');
    await ada.pass(1000);
    expect(screen.getByRole('status').textContent).toBe('Connected');
  });
});

test('a page that missed the end of its call hears of it when the answer to a ping says otherwise', async () => {
  const { ada } = await meet();
  const said = () => server.said.filter(({ from, frame }) => from === 'Ada' && frame.action === 'hello').length;
  const before = said();
  await ada.does(() => server.tell('Ada', 'pong', { state: 'in-session', sessionId: server.sessionOf('Ada') }));
  await ada.does(() => server.tell('Ada', 'pong', {}));
  expect(said()).toBe(before);
  await ada.does(() => server.tell('Ada', 'pong', { state: 'idle' }));
  expect(said()).toBe(before + 1);
});

test('events of a newer server are counted and change nothing', async () => {
  const { ada, page } = await meet();
  await ada.does(() => server.tell('Ada', 'brand-new' as 'pong', {}));
  expect(page.conductor.gateway.unknownFrames()).toBe(1);
  expect(screen.getByRole('status').textContent).toBe('Connected');
});
