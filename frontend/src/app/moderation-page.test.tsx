// @vitest-environment jsdom
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createDesk } from './desk';
import { ModerationPage } from './moderation-page';

import { aCase } from '@/testing/fake-case';
import { createFakeClock, type FakeClock } from '@/testing/fake-clock';
import { FakeServer } from '@/testing/fake-server';
import { createFakeTab, openFakePage } from '@/testing/fake-world';
import { refused } from '@/testing/fake-rest';
import { cleanup, fillInBrowser, screen, within } from '@/testing/render';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  fillInBrowser();
  clock = createFakeClock();
  server = new FakeServer(clock.now);
});

afterEach(cleanup);

/** Somebody who is in comes to the moderators' page. */
async function come(moderates: boolean) {
  const tab = createFakeTab({ nickname: 'Mo' });
  const { world } = openFakePage(server, clock, tab);
  tab.identity.save(await world.api.login({ nickname: 'Mo', tags: [] }));
  for (const person of server.accounts.people.values()) person.moderates = moderates;
  const desk = createDesk(world);
  render(<ModerationPage desk={desk} clock={clock} />);
  const pass = (ms: number): Promise<void> => act(() => clock.advance(ms));
  await act(() => desk.open());
  await pass(50);
  return { user: userEvent.setup({ delay: null }), pass };
}

const note = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: /^Note/u });

const routesAsked = (): readonly string[] => server.asked.map(({ path }) => path).filter((path) => /reports|appeals/u.test(path));

test('is for moderators: nobody else sees or asks for anything', async () => {
  await come(false);
  expect(screen.getByRole('heading', { name: 'This page is for moderators' })).toBeTruthy();
  expect(routesAsked()).toEqual([]);
});

test('a report is taken, read and decided by the keyboard alone, and the next one follows', async () => {
  server.safety.cases = [aCase(clock.now()), aCase(clock.now(), 'r2', 'spam')];
  const { user, pass } = await come(true);
  expect(screen.getByText('Urgent').nextSibling?.textContent).toBe('1');
  await user.keyboard('n');
  await pass(50);
  expect(document.activeElement?.textContent).toContain('Nudity');
  expect(screen.getByText('forget that. show me something')).toBeTruthy();
  expect(screen.getByRole('timer').textContent).toBe('5:00');
  await user.keyboard('b');
  expect(note()).toBe(document.activeElement);
  expect(note().getAttribute('aria-invalid')).toBe('true');
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await user.keyboard('Asked twice.{Control>}{Enter}{/Control}');
  expect(screen.getByRole('alertdialog', { name: 'Ban Mallory?' })).toBeTruthy();
  await user.keyboard('{Escape}');
  expect(server.safety.rulings).toEqual([]);
  await user.keyboard('{Escape}s');
  await user.click(screen.getByRole('radio', { name: '7 days' }));
  await user.click(screen.getByRole('button', { name: 'Suspend for 7 days' }));
  await pass(50);
  expect(server.safety.rulings).toEqual([{ reportId: 'r1', decision: 'accepted', action: 'suspend', hours: 168, note: 'Asked twice.' }]);
  expect(screen.getByRole('status').textContent).toBe('Suspended for 7 days. The next report: Spam.');
  await user.type(note(), 'dwsb');
  expect(server.safety.rulings).toHaveLength(1);
  await user.tab();
  await user.keyboard('d');
  await pass(50);
  expect(server.safety.rulings[1]).toEqual({ reportId: 'r2', decision: 'rejected', note: 'dwsb' });
  expect(screen.getByRole('heading', { name: 'No report waits' })).toBe(document.activeElement);
});

test('nothing is decided without a reason, and what was typed outlives a refusal', async () => {
  server.safety.cases = [aCase(clock.now())];
  const { user, pass } = await come(true);
  await user.keyboard('n');
  await pass(50);
  await user.click(screen.getByRole('button', { name: /^Dismiss/u }));
  await pass(50);
  expect(server.safety.rulings).toEqual([]);
  expect(screen.getByText(/^Say why in a few words.*Dismiss/u)).toBeTruthy();
  server.safety.deskRefusal = refused(503, 'unavailable', 'Many moderators decide at this moment.', 2);
  await user.keyboard('Both laughed.{Control>}{Enter}{/Control}');
  await pass(50);
  expect(screen.getByText(/did not get through/u)).toBeTruthy();
  expect(note().value).toBe('Both laughed.');
  server.safety.deskRefusal = undefined;
  await user.keyboard('{Control>}{Enter}{/Control}');
  await pass(50);
  expect(server.safety.rulings).toEqual([{ reportId: 'r1', decision: 'rejected', note: 'Both laughed.' }]);
});

test('what is older is asked for by the keyboard, which goes on there', async () => {
  server.safety.pageSize = 2;
  server.safety.audit = [5, 4, 3, 2, 1].map((n) => ({ n, at: 0, deed: 'warned', about: 'u', previous: `p${n}`, hash: `h${n}` }));
  const { entry } = aCase(clock.now());
  server.safety.listed = [1, 2, 3].map((n) => ({ ...entry, reportId: `r${n}` }));
  const { user, pass } = await come(true);
  for (const [tab, list, count] of [['Audit', 'Audit log', 5], ['Reports', 'Reports', 3]] as const) {
    await user.click(screen.getByRole('tab', { name: tab }));
    await pass(50);
    const rows = () => within(screen.getByRole('list', { name: list })).getAllByRole('listitem');
    for (let shown = 2; shown < count; shown += 2) {
      expect(rows()).toHaveLength(shown);
      screen.getByRole('button', { name: 'Older' }).focus();
      await user.keyboard('{Enter}');
      await pass(50);
      expect(rows()[shown]).toBe(document.activeElement);
    }
    expect(rows()).toHaveLength(count);
    expect(screen.queryByRole('button', { name: 'Older' })).toBeNull();
  }
});

test('single keys can be switched off', async () => {
  server.safety.cases = [aCase(clock.now())];
  const { user, pass } = await come(true);
  await user.click(screen.getByRole('switch', { name: 'Single keys' }));
  await user.keyboard('n');
  await pass(50);
  expect(screen.getByRole('button', { name: 'Take the next report' })).toBeTruthy();
});

test('a report that is not decided in time goes back, and says so', async () => {
  server.safety.cases = [aCase(clock.now())];
  const { user, pass } = await come(true);
  await user.click(screen.getByRole('button', { name: /^Take the next report/u }));
  await pass(300_100);
  expect(screen.getByRole('heading', { name: 'It went back to the queue' })).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain('The time is over');
});

test('the objectives are shown as measured, and a share is never rounded up to what it is not', async () => {
  server.safety.objectives = [
    { name: 'signaling', what: 'offer sent to answer applied, p95', unit: 'ms', aim: 200, samples: 1234, figure: 180, met: true },
    { name: 'match', what: 'joining the queue to the match, p95', unit: 'ms', aim: 5000, samples: 3, figure: 5001, met: false },
    { name: 'ice', what: 'pages that connected, of those that tried', unit: 'ppm', aim: 950_000, samples: 2, figure: 999_999, met: true },
    { name: 'availability', what: 'asks that did not fail by our fault', unit: 'ppm', aim: 999_000, samples: 0 },
  ];
  const { pass } = await come(true);
  await pass(50);
  const told = screen.getByRole('region', { name: 'Status' }).textContent;
  expect(told).toContain('180 msMetAt most 200 ms; 1,234 measured');
  expect(told).toContain('5.1 sMissedAt most 5 s; 3 measured');
  expect(told).toContain('99.99 %MetAbove 95 %; 2 measured');
  expect(told).toContain('–Nothing measured yetAbove 99.9 %; 0 measured');
});

test('nobody answers an appeal against their own decision', async () => {
  const sanction = { sanctionId: 's1', action: 'ban', reason: 'spam', createdAt: 0, holds: true, appeal: 'open' } as const;
  server.safety.appeals = [
    { userId: 'u1', sanction, message: 'Not me.', own: true, createdAt: 0 },
    { userId: 'u2', sanction: { ...sanction, sanctionId: 's2' }, message: 'Nor me.', own: false, createdAt: 0 },
  ];
  const { user, pass } = await come(true);
  await user.click(screen.getByRole('tab', { name: 'Appeals' }));
  await pass(50);
  expect(screen.getAllByRole('button', { name: 'Grant' })).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Grant' }));
  expect(note()).toBe(document.activeElement);
  expect(server.safety.answers).toEqual([]);
  await user.keyboard('It was somebody else.{Control>}{Enter}{/Control}');
  await pass(50);
  expect(server.safety.answers).toEqual([{ userId: 'u2', sanctionId: 's2', decision: 'granted', note: 'It was somebody else.' }]);
  expect(screen.getByText(/another moderator answers/u)).toBeTruthy();
});
