import { expect, test, type Page } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';
import { aCase } from '../../src/testing/fake-case';
import { axeLooker } from '../support/look';
import { VARIANTS, closeVisitors, visitor } from '../support/visitor';

/** Reports, blocks, the agreement, sanctions and the moderators' page, in four variants, for people to look at and for axe to measure. */
test.afterEach(closeVisitors);

async function start(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Nickname' }).fill(name);
  await page.getByRole('button', { name: 'Start' }).click();
}

/** Makes somebody who is in a moderator. */
async function signIn(page: Page, server: FakeServer, moderates: boolean): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@example.org');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Code' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Code' }).fill(server.accounts.mails.at(-1)?.code ?? '');
  await page.getByRole('button', { name: 'Sign in with the code' }).click();
  await expect(page.getByText('You are signed in')).toBeVisible();
  for (const person of server.accounts.people.values()) if (person.email !== undefined) person.moderates = moderates;
}

for (const variant of VARIANTS) {
  test(`agreeing first, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.agreed = false;
    server.rules.lonely = true;
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await start(page, 'Ada');
    await expect(page.getByRole('dialog', { name: 'Before your first call' })).toBeVisible();
    await look('consent');
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Agree and start' }).click();
    await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
    for (const place of ['terms', 'privacy']) {
      await page.goto(`/${place}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await look(place);
    }
    server.safety.doorClosed = { status: 403, body: { error: { code: 'banned', message: '', retryAfterSeconds: 250_000 } } };
    await start(page, 'Eve');
    await expect(page.getByRole('alert')).toContainText('for another 3 days');
    await look('green-device-banned');
    server.safety.doorClosed = { status: 429, body: { error: { code: 'rate_limited', message: '', retryAfterSeconds: 30 } } };
    await start(page, 'Eve');
    await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled();
    await page.getByRole('alert').scrollIntoViewIfNeeded();
    await look('green-rate-limited');
  });

  test(`reporting and blocking, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.commonTags = ['music', 'science fiction'];
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    const bea = await visitor(browser, VARIANTS[0], server);
    await start(page, 'Ada');
    await start(bea.page, 'Bea Maria');
    await expect(page.getByRole('status')).toHaveText('Connected');
    await page.getByRole('button', { name: 'Block' }).click();
    await look('block-ask');
    await page.getByRole('button', { name: 'Do not block' }).click();
    await page.getByRole('button', { name: 'Report' }).click();
    await expect(page.getByRole('dialog', { name: 'Report Bea Maria' })).toBeVisible();
    await look('report');
    server.safety.refusal = { status: 503, body: { error: { code: 'unavailable', message: 'Reports cannot be taken just now; block them, and try again later.' } } };
    await page.getByRole('button', { name: 'Harassment' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await look('report-refused');
    server.safety.refusal = undefined;
    server.rules.lonely = true;
    await page.getByRole('button', { name: 'Harassment' }).click();
    await expect(page.getByText('Thank you for telling us.')).toBeVisible();
    await look('report-thanks');
    await bea.page.getByRole('button', { name: 'Next person' }).click();
    await expect(bea.page.getByRole('status')).toHaveText(/^Looking for/u);
    server.pair();
    await expect(page.getByRole('status')).toHaveText('Connected');
    server.tell('Ada', 'moderation-warning', { sanctionId: 'w', reason: 'spam' });
    await look('call-warned');
    await page.getByRole('button', { name: 'I understand' }).click();
    server.end('Ada', 'peer-left');
    await expect(page.getByRole('heading', { name: 'Bea Maria left the call' })).toBeVisible();
    await look('ended-safety');
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Block', exact: true }).click();
    await expect(page.getByText('will not meet again')).toBeVisible();
    await page.getByRole('button', { name: 'Change settings' }).click();
    await page.getByRole('button', { name: /^Friends/u }).click();
    await page.getByRole('tab', { name: /^Calls/u }).click();
    await look('calls-safety');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('tab', { name: 'Privacy' }).click();
    await page.getByRole('button', { name: 'Unblock' }).first().scrollIntoViewIfNeeded();
    await look('account-blocked');
  });

  test(`banned, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    server.rules.lonely = true;
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await start(page, 'Ada');
    await expect(page.getByRole('status')).toHaveText(/^Looking for/u);
    const [person] = [...server.accounts.people.values()];
    if (person === undefined) throw new Error('nobody is in');
    server.safety.strike(person.userId, person, 'ban', 'harassment', Date.now() + 365 * 86_400_000);
    await expect(page.getByRole('heading', { name: /^You are banned until/u })).toBeVisible();
    await look('banned');
    await page.getByRole('textbox', { name: 'Tell us what happened' }).fill('I was singing, and somebody took it for shouting.');
    await page.getByRole('button', { name: 'Send appeal' }).click();
    await expect(page.getByText('Your appeal is with a moderator')).toBeVisible();
    await look('banned-appealed');
    await page.reload();
    await expect(page.getByRole('heading', { name: /^You are banned until/u })).toBeVisible();
    await page.getByRole('button', { name: 'Your data' }).click();
    await look('banned-own-data');
    await page.getByRole('button', { name: 'Close' }).click();
    server.safety.answer(person.userId, person, true);
    await expect(page.getByRole('heading', { name: 'Your appeal was granted' })).toBeVisible({ timeout: 20_000 });
    await look('banned-granted');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  });

  test(`the moderators’ page, ${variant.name}`, async ({ browser }) => {
    const server = new FakeServer(Date.now);
    const { page, shot } = await visitor(browser, variant, server);
    const look = axeLooker(shot, page);
    await page.goto('/moderation');
    await expect(page.getByRole('heading', { name: 'This page is for moderators' })).toBeVisible();
    await look('console-others');
    await signIn(page, server, true);
    await page.reload();
    await page.getByRole('button', { name: 'Account' }).click();
    await expect(page.getByRole('link', { name: /^Moderation/u })).toBeVisible();
    await look('account-moderator');
    const now = Date.now();
    server.safety.cases = [aCase(now)];
    server.safety.objectives = [
      { name: 'signaling', what: 'offer sent to answer applied, p95', unit: 'ms', aim: 200, samples: 12_345, figure: 164, met: true },
      { name: 'match', what: 'joining the queue to the match, p95', unit: 'ms', aim: 5000, samples: 12_871, figure: 6400, met: false },
      { name: 'ice', what: 'pages that connected, of those that tried', unit: 'ppm', aim: 950_000, samples: 24_002, figure: 962_119, met: true },
      { name: 'availability', what: 'asks that did not fail by our fault', unit: 'ppm', aim: 999_000, samples: 0 },
    ];
    await page.goto('/moderation');
    await expect(page.getByRole('button', { name: 'Take the next report' })).toBeVisible();
    await look('console-desk');
    await page.getByRole('button', { name: 'Take the next report' }).click();
    await expect(page.getByRole('heading', { name: /^Nudity/u })).toBeFocused();
    await look('console-case');
    await page.getByRole('button', { name: 'Ban' }).scrollIntoViewIfNeeded();
    await look('console-case-foot');
    await page.getByRole('button', { name: 'Suspend' }).click();
    await expect(page.getByText(/^Say why in a few words/u)).toBeVisible();
    await look('console-case-why');
    await page.keyboard.type('Asked her to undress, twice, after a no.');
    await page.keyboard.press('Control+Enter');
    await look('console-suspend');
    await page.getByRole('button', { name: 'Do not suspend' }).click();
    await page.getByRole('button', { name: 'Ban' }).click();
    await look('console-ban');
    await page.getByRole('button', { name: 'Ban for a year' }).click();
    await expect(page.getByRole('status')).toHaveText('Banned. No report waits.');
    await look('console-empty');
    const { entry, accused } = aCase(now);
    server.safety.listed = [entry, { ...entry, reportId: 'r2', reason: 'spam', urgent: false, stage: 'upheld', action: 'suspend', decidedAt: now - 60_000, note: 'Links to a shop, three times.' }];
    server.safety.appeals = [
      { userId: 'u9', sanction: { sanctionId: 's9', action: 'suspend', reason: 'spam', createdAt: now - 7_200_000, until: now + 80_000_000, holds: true, appeal: 'open' }, message: 'It was my own band’s page, and they had asked for it.', own: false, note: 'Links to a shop.', createdAt: now - 3_600_000 },
      { userId: accused.userId, sanction: { sanctionId: 's8', action: 'ban', reason: 'nudity', createdAt: now - 60_000, until: now + 80_000_000, holds: true, appeal: 'open' }, message: 'That was not me.', own: true, createdAt: now - 30_000 },
    ];
    server.safety.audit = [
      { n: 3, at: now - 30_000, deed: 'banned', by: 'u7aksjdhaksjdh', about: 'u2laksjdlaksjd', reportId: 'r1', previous: '99bbccddeeff00112233', hash: 'aabbccddeeff00112233', until: now + 365 * 86_400_000 },
      { n: 2, at: now - 90_000, deed: 'evidence-read', by: 'u7aksjdhaksjdh', about: 'u2laksjdlaksjd', reportId: 'r1', previous: '11bbccddeeff00112233', hash: '99bbccddeeff00112233' },
      { n: 1, at: now - 190_000, deed: 'granted', about: 'u7aksjdhaksjdh', previous: 'e3b0c44298fc1c149afb', hash: '11bbccddeeff00112233' },
    ];
    for (const list of ['Reports', 'Appeals', 'Audit']) {
      await page.getByRole('tab', { name: list }).click();
      await expect(page.getByRole('listitem').first()).toBeVisible();
      await look(`console-${list.toLowerCase()}`);
    }
  });
}
