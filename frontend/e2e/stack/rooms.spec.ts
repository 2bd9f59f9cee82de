import { expect, test, type Browser, type Page } from '@playwright/test';

import { agree, Person } from '../support/person';
import { watchPeers } from '../support/media';

interface Roommate extends Person {
  readonly leave: () => Promise<void>;
  /** Cuts the sockets that are open: a browser that is set offline keeps them. */
  readonly cut: () => Promise<void>;
}

/** Somebody with a browser of their own, whose peer connections can be read. */
async function somebody(browser: Browser, name: string): Promise<Roommate> {
  // Pages are drawn without a graphics card here: four large ones at a time leave nothing to the calls.
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, reducedMotion: 'reduce' });
  await watchPeers(context);
  const cuts: (() => Promise<void>)[] = [];
  await context.routeWebSocket('**/ws', (page) => {
    const server = page.connectToServer();
    cuts.push(async () => {
      await server.close();
      await page.close();
    });
  });
  const cut = async (): Promise<void> => {
    for (const one of cuts.splice(0)) await one();
  };
  return Object.assign(new Person(name, await context.newPage()), { leave: () => context.close(), cut });
}

/** Makes a room by the sheet, and stands before its door. */
async function make(person: Person, { capacity, password }: { readonly capacity: number; readonly password?: string }): Promise<string> {
  const { page } = person;
  await person.arrive();
  await page.getByRole('button', { name: 'Create a room' }).click();
  await agree(page);
  await page.getByRole('textbox', { name: 'Name if you like' }).fill('Choir');
  await page.getByRole('combobox', { name: 'Room for' }).selectOption(String(capacity));
  if (password !== undefined) await page.getByLabel('Password if you like').fill(password);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.getByRole('button', { name: 'Go to the room' }).click();
  return new URL(link).pathname;
}

async function knock(person: Person, password?: string): Promise<void> {
  const { page, name } = person;
  await page.getByRole('textbox', { name: 'Nickname' }).fill(name);
  if (password !== undefined) await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Join' }).click();
  await agree(page);
}

async function isIn({ page }: Person): Promise<void> {
  await expect(page.getByRole('button', { name: 'Leave' })).toBeVisible({ timeout: 60_000 });
}

/** The frames of each of the others that this page has decoded so far, by their name. */
function decoded(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(() => {
    const seen: Record<string, number> = {};
    for (const video of document.querySelectorAll<HTMLVideoElement>('.tile video')) {
      const label = video.getAttribute('aria-label') ?? '';
      if (label !== 'Your video') seen[label.replace("'s video", '')] = video.getVideoPlaybackQuality().totalVideoFrames;
    }
    return seen;
  });
}

/** How many connections receive pictures, and how many each has decoded (getStats, `framesDecoded`). */
function received(page: Page): Promise<readonly number[]> {
  return page.evaluate(async () => {
    const counts: number[] = [];
    for (const peer of (window.peers ?? []).filter(({ connectionState }) => connectionState === 'connected')) {
      (await peer.getStats()).forEach((entry: { type: string; kind?: string; framesDecoded?: number }) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') counts.push(entry.framesDecoded ?? 0);
      });
    }
    return counts;
  });
}

/** Pictures go on coming from each to each. */
async function expectMesh(people: readonly Person[]): Promise<void> {
  for (const { name, page } of people) {
    await expect(async () => {
      const before = await received(page);
      await page.waitForTimeout(1200);
      const after = await received(page);
      expect(after, name).toHaveLength(people.length - 1);
      for (const [index, frames] of after.entries()) expect(frames, name).toBeGreaterThan(before[index] ?? 0);
      const tiles = await decoded(page);
      expect(Object.keys(tiles).toSorted(), name).toEqual(people.map((one) => one.name).filter((one) => one !== name).toSorted());
    }).toPass({ timeout: 45_000 });
  }
}

/** The newest picture of somebody that this page has decoded (getStats, `frameHeight`), in lines, and how many a second come. */
function picture(page: Page): Promise<{ readonly lines: number; readonly frames: number }> {
  return page.evaluate(async () => {
    let seen = { lines: 0, frames: 0 };
    for (const peer of (window.peers ?? []).filter(({ connectionState }) => connectionState === 'connected')) {
      (await peer.getStats()).forEach((entry: { type: string; kind?: string; frameHeight?: number; framesPerSecond?: number }) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') seen = { lines: entry.frameHeight ?? 0, frames: entry.framesPerSecond ?? 0 };
      });
    }
    return seen;
  });
}

interface Sent {
  /** Bits a second that the camera's sender may use, and has used of late. */
  readonly limit: number;
  readonly used: number;
}

/** What this page sends to each of the others. */
function sent(page: Page): Promise<readonly Sent[]> {
  return page.evaluate(async () => {
    const senders = (window.peers ?? [])
      .filter(({ connectionState }) => connectionState === 'connected')
      .flatMap((peer) => peer.getSenders().filter(({ track }) => track?.kind === 'video'));
    const bytes = async (sender: RTCRtpSender): Promise<number> => {
      let sum = 0;
      (await sender.getStats()).forEach((entry: { type: string; bytesSent?: number }) => {
        if (entry.type === 'outbound-rtp') sum += entry.bytesSent ?? 0;
      });
      return sum;
    };
    const before = await Promise.all(senders.map(bytes));
    const seconds = 2;
    await new Promise((resolve) => {
      setTimeout(resolve, seconds * 1000);
    });
    const after = await Promise.all(senders.map(bytes));
    return senders.map((sender, index) => ({
      limit: sender.getParameters().encodings[0]?.maxBitrate ?? 0,
      used: (8 * ((after[index] ?? 0) - (before[index] ?? 0))) / seconds,
    }));
  });
}

/** Each sends to each what the room's size gives them, and whoever speaks more than who listens. */
async function expectShares(people: readonly Person[], { listens, speaks }: { readonly listens: number; readonly speaks: number }): Promise<void> {
  await expect(async () => {
    const all = await Promise.all(people.map(async ({ name, page }) => ({ name, shares: await sent(page) })));
    for (const { name, shares } of all) {
      expect(shares, name).toHaveLength(people.length - 1);
      for (const { limit, used } of shares) {
        expect([listens, speaks], name).toContain(limit);
        expect(used, name).toBeGreaterThan(0);
        expect(used, name).toBeLessThan(speaks * 1.5);
      }
    }
  }).toPass({ timeout: 60_000 });
}

test('four people see each other, one drops out and returns, one is removed, and a fifth finds it full', async ({ browser }) => {
  test.setTimeout(420_000);
  const [ada, bea, cleo, dora, eve] = await Promise.all(['Ada', 'Bea', 'Cleo', 'Dora', 'Eve'].map((name) => somebody(browser, name))) as [Roommate, Roommate, Roommate, Roommate, Roommate];
  const path = await make(ada, { capacity: 4 });
  await knock(ada);
  await isIn(ada);
  for (const person of [bea, cleo, dora]) {
    await person.page.goto(path);
    await knock(person);
    await isIn(person);
  }
  await expectMesh([ada, bea, cleo, dora]);
  await expectShares([ada, bea, cleo, dora], { listens: 400_000, speaks: 600_000 });

  await eve.page.goto(path);
  await knock(eve);
  await expect(eve.page.getByText('This room is full: 4 of 4 are in it.')).toBeVisible({ timeout: 60_000 });

  // The media goes past the network that is cut off here: only the socket is lost.
  const before = await bea.page.evaluate(() => window.peers?.length);
  await bea.page.context().setOffline(true);
  await bea.cut();
  await expect(ada.page.getByRole('listitem', { name: 'Bea' }).getByText(/^(?:Away|Reconnecting…)$/u)).toBeVisible({ timeout: 30_000 });
  await ada.page.getByRole('button', { name: /^Chat/u }).click();
  await ada.say('while you were away');
  await bea.page.context().setOffline(false);
  await expect(ada.page.getByRole('listitem', { name: 'Bea' }).getByText('Away')).toHaveCount(0, { timeout: 30_000 });
  await bea.page.getByRole('button', { name: /^Chat/u }).click();
  await bea.hears('while you were away');
  await expectMesh([ada, bea, cleo, dora]);
  expect(await bea.page.evaluate(() => window.peers?.length)).toBe(before);

  await ada.page.getByRole('button', { name: 'People', exact: true }).click();
  await ada.page.getByRole('button', { name: 'Remove Dora' }).click();
  await ada.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await dora.sees('You were removed');
  await expectMesh([ada, bea, cleo]);
  await expectShares([ada, bea, cleo], { listens: 700_000, speaks: 900_000 });

  await cleo.page.reload();
  await isIn(cleo);
  await expectMesh([ada, bea, cleo]);

  await cleo.press('Leave');
  await cleo.sees('You left the room');
  await expect(ada.page.getByLabel("Cleo's video")).toHaveCount(0);
  await cleo.press('Back to the start');
  await expect(cleo.page.getByRole('button', { name: 'Create a room' })).toBeVisible();
  for (const { leave } of [ada, bea, cleo, dora, eve]) await leave();
});

test('a wrong password is refused, and not tried for ever', async ({ browser }) => {
  test.setTimeout(180_000);
  const [ada, bea] = [await somebody(browser, 'Ada'), await somebody(browser, 'Bea')];
  const path = await make(ada, { capacity: 3, password: 'sesame' });
  await knock(ada);
  await isIn(ada);
  await bea.page.goto(path);
  await knock(bea, 'open');
  await expect(bea.page.getByText("That is not this room's password; try again.")).toBeVisible();
  await knock(bea, 'sesame');
  await isIn(bea);
  await expectMesh([ada, bea]);
  await bea.press('Leave');
  await bea.press('Join again');
  const join = bea.page.getByRole('button', { name: 'Join' });
  const refused = bea.page.getByText('Too many passwords; ask whoever sent you the link.');
  for (let tries = 0; tries < 11 && !(await refused.isVisible()); tries += 1) {
    await bea.page.getByLabel('Password').fill(`wrong ${tries}`);
    await join.click();
    // It takes no press while it is pending, nor once there were too many.
    await expect.poll(async () => (await join.isEnabled()) || (await refused.isVisible())).toBe(true);
  }
  await expect(refused).toBeVisible();
  for (const { leave } of [ada, bea]) await leave();
});

test('who waits is let in by the host, who mutes all, locks, and passes the room on', async ({ browser }) => {
  test.setTimeout(180_000);
  const [ada, bea, cleo] = [await somebody(browser, 'Ada'), await somebody(browser, 'Bea'), await somebody(browser, 'Cleo')];
  await ada.arrive();
  await ada.page.getByRole('button', { name: 'Create a room' }).click();
  await agree(ada.page);
  await ada.page.getByText('I let each in myself').click();
  await ada.page.getByRole('button', { name: 'Create', exact: true }).click();
  const path = new URL(await ada.page.getByRole('textbox', { name: 'Link' }).inputValue()).pathname;
  await ada.page.getByRole('button', { name: 'Go to the room' }).click();
  await knock(ada);
  await isIn(ada);
  await bea.page.goto(path);
  await knock(bea);
  await bea.sees('Waiting for the host to let you in');
  await ada.page.getByRole('button', { name: /^People/u }).click();
  await ada.page.getByRole('button', { name: 'Let Bea in' }).click();
  await isIn(bea);
  await expectMesh([ada, bea]);
  await ada.page.getByRole('button', { name: 'Share screen' }).click();
  await expect(bea.page.getByRole('list', { name: 'People' }).locator('.tile-screen')).toHaveAttribute('aria-label', 'Ada');
  // The browser's pretended screen is as wide as the page is, in 16 by 9; it comes whole, and slower than the camera's pictures.
  await expect.poll(() => picture(bea.page).then(({ lines, frames }) => lines === 564 && frames > 0 && frames <= 8), { timeout: 30_000 }).toBe(true);
  await ada.page.getByRole('button', { name: 'Share screen' }).click();
  await expect(bea.page.locator('.tile-screen')).toHaveCount(0);
  await expect.poll(() => picture(bea.page).then(({ lines, frames }) => lines !== 564 && frames > 8), { timeout: 30_000 }).toBe(true);
  await ada.page.getByRole('button', { name: 'Mute all' }).click();
  await expect(bea.page.getByRole('button', { name: 'Mute', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await ada.page.getByText('Lock the room').click();
  await cleo.page.goto(path);
  await knock(cleo);
  await expect(cleo.page.getByText('The host has locked this room; ask them to unlock it.')).toBeVisible();
  await bea.page.getByRole('button', { name: 'Raise hand' }).click();
  await expect(ada.page.getByRole('list', { name: 'In this room' }).getByText('Hand raised')).toBeAttached();
  await ada.page.getByRole('button', { name: 'Make Bea the host' }).click();
  await bea.page.getByRole('button', { name: /^People/u }).click();
  await expect(bea.page.getByRole('button', { name: 'Remove Ada' })).toBeVisible();
  for (const { leave } of [ada, bea, cleo]) await leave();
});
