// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, openFakePage, type FakePage } from '@/testing/fake-world';
import { cleanup, fillInBrowser, look, screen } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

/** Ada, on the screen, has met Bea, who has none, and the call is over. */
async function part(reason: 'timeout' | 'peer-left' | 'skipped' | 'moderation' = 'timeout') {
  const page = openFakePage(server, clock, createFakeTab({ nickname: 'Ada', mode: 'audio' }));
  const ada = look(page, clock);
  await ada.does(() => void page.conductor.restore());
  await ada.press('Start');
  await ada.pass(100);
  const bea = openFakePage(server, clock, createFakeTab({ nickname: 'Bea', mode: 'audio' }), undefined, '0B');
  bea.conductor.start();
  await ada.pass(3000);
  await ada.does(() => server.end('Ada', reason));
  return { ada, page, bea };
}

const asks = ({ conductor }: FakePage): void => conductor.meetAgain();
const spoken = () => screen.getByRole('status').textContent;
const actions = (from = 'Ada') => server.said.filter((one) => one.from === from).map(({ frame }) => frame.action);

describe('meeting again', () => {
  test('is offered after a call with a stranger, and not where a moderator ended it', async () => {
    const { ada } = await part();
    expect(screen.getByText('Bea will not know unless they ask too.')).toBeTruthy();
    await ada.pass(121_000);
    expect(screen.queryByRole('button', { name: 'Meet Bea again' })).toBeNull();
    cleanup();
    await part('moderation');
    expect(screen.queryByRole('button', { name: 'Meet Bea again' })).toBeNull();
  });

  test('waits for the other, counts down, and connects both when both ask', async () => {
    const { ada, bea } = await part();
    await ada.press('Meet Bea again');
    await ada.pass(20_000);
    expect(spoken()).toBe('Waiting for Bea to ask too');
    expect(screen.getByText('· 1:40 left', { exact: false })).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Take it back');
    expect(bea.conductor.rematch.get().phase).toBe('none');
    await ada.does(() => asks(bea));
    await ada.pass(500);
    expect(spoken()).toBe('You both wanted to meet again · Connected');
    await ada.pass(9000);
    expect(spoken()).toBe('Connected');
    expect(actions().filter((action) => action === 'rematch')).toHaveLength(1);
  });

  test('can be taken back, and is with leaving the card; what crosses that is declined', async () => {
    const { ada, page, bea } = await part();
    await ada.press('Meet Bea again');
    await ada.press('Take it back');
    expect(screen.getByRole('button', { name: 'Meet Bea again' })).toBeTruthy();
    await ada.press('Meet Bea again');
    await ada.press('Change settings');
    await ada.does(() => asks(bea));
    expect(bea.conductor.call.get().phase).toBe('ended');
    expect(actions().filter((action) => action === 'leave-queue')).toHaveLength(2);
    cleanup();
    const crossing = await part();
    await crossing.ada.press('Meet Bea again');
    await crossing.ada.does(() => {
      asks(crossing.bea);
      crossing.page.conductor.takeBackAsk();
    });
    expect(crossing.page.conductor.call.get().phase).toBe('ended');
    expect(actions().at(-1)).toBe('end-call');
    expect(page.conductor.call.get().phase).toBe('none');
  });

  test('goes on while somebody new is looked for, and ends with Cancel', async () => {
    const { ada, bea } = await part();
    server.rules.lonely = true;
    await ada.press('Meet Bea again');
    await ada.press('Next person');
    await ada.pass(100);
    expect(screen.getByText('You asked to meet Bea again', { exact: false })).toBeTruthy();
    await ada.does(() => asks(bea));
    await ada.pass(500);
    expect(screen.getByRole('heading', { name: 'Bea' })).toBeTruthy();
    await ada.does(() => server.end('Ada', 'timeout'));
    await ada.press('Meet Bea again');
    await ada.press('Next person');
    await ada.press('Cancel');
    await ada.does(() => asks(bea));
    await ada.pass(500);
    expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
  });

  test('outlives a lost socket', async () => {
    const { ada, page, bea } = await part();
    await ada.press('Meet Bea again');
    await ada.does(() => page.plug(false));
    page.plug(true);
    await ada.pass(20_000);
    await ada.does(() => asks(bea));
    await ada.pass(500);
    expect(spoken()).toMatch(/Connected$/u);
  });

  test('says when it is too late', async () => {
    const { ada } = await part();
    server.rules.rematchMs = -1;
    await ada.press('Meet Bea again');
    await ada.pass(100);
    expect(spoken()).toBe('It is too late to meet again.');
    expect(screen.queryByRole('button', { name: 'Meet Bea again' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Next person' })).toBeTruthy();
  });

  test('puts nobody into the queue when it does not come about', async () => {
    const { ada, bea } = await part();
    await ada.press('Meet Bea again');
    await ada.does(() => {
      asks(bea);
      server.end('Ada', 'failed');
    });
    await ada.pass(4000);
    expect(screen.getByRole('heading', { name: 'The call did not come about' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Next person' })).toBeTruthy();
    expect(actions().filter((action) => action === 'join-queue')).toHaveLength(1);
  });
});
