import { expect, test } from '@playwright/test';

import { expectMediaToFlow, openPeers, readMedia, watchPeers } from '../support/media';
import { meet } from '../support/person';

const clock = (text: string | null): number => {
  const [minutes = 0, seconds = 0] = (text ?? '').split(':').map(Number);
  return minutes * 60 + seconds;
};

test('two strangers meet, see, hear and write to each other, and part', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser, { prepare: (context) => watchPeers(context) });
  await ada.sees('Bea');
  await bea.sees('Ada');
  await expect(ada.page.getByLabel("Partner's video")).toBeVisible();
  await expect(ada.page.getByLabel('Your video')).toBeVisible();
  await expect(ada.page.getByRole('list', { name: 'What you share' })).toContainText('music');

  for (const { page } of [ada, bea]) {
    await expectMediaToFlow(page);
    expect((await readMedia(page)).localCandidate).not.toBe('relay');
  }

  await ada.say('Hello Bea');
  await bea.hears('Hello Bea');
  await bea.say('<b>Hello</b> Ada & all');
  await ada.hears('<b>Hello</b> Ada & all');
  await bea.press('React');
  await bea.press('React with party');
  await expect(ada.page.getByText('🎉')).toBeVisible();

  const before = clock(await ada.page.getByRole('timer').textContent());
  await ada.page.waitForTimeout(3000);
  const after = clock(await ada.page.getByRole('timer').textContent());
  expect(before - after).toBeGreaterThanOrEqual(2);
  expect(before - after).toBeLessThanOrEqual(4);

  await ada.press('End call');
  await ada.sees('You ended the call');
  await bea.sees('Ada left the call');
  expect([await openPeers(ada.page), await openPeers(bea.page)]).toEqual([0, 0]);
  await leave();
});

test('two tabs of one browser are two people and meet', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser, { oneContext: true });
  await ada.sees('Bea');
  await bea.sees('Ada');
  await leave();
});

test('next ends the call for both and looks on, and the two meet again when nobody else is there', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser);
  await ada.press('Next');
  await ada.status(/^Looking for/u);
  await bea.sees('Ada moved on');
  await bea.press('Next person');
  await ada.status('Connected', 45_000);
  await bea.status('Connected', 45_000);
  await leave();
});

test('mute and camera work and come back', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser, { prepare: (context) => watchPeers(context) });
  const mute = ada.page.getByRole('button', { name: 'Mute' });
  const camera = ada.page.getByRole('button', { name: 'Camera' });
  await expect(mute).toHaveAttribute('aria-pressed', 'false');
  await mute.click();
  await expect(mute).toHaveAttribute('aria-pressed', 'true');
  await mute.click();
  await expectMediaToFlow(bea.page);

  await camera.click();
  await expect(camera).toHaveAttribute('aria-pressed', 'false');
  await expect(async () => {
    const before = await readMedia(bea.page);
    await bea.page.waitForTimeout(1500);
    expect((await readMedia(bea.page)).framesDecoded).toBe(before.framesDecoded);
  }).toPass({ timeout: 15_000 });
  await camera.click();
  await expectMediaToFlow(bea.page);
  await leave();
});

for (const mode of ['Audio', 'Text'] as const) {
  test(`two people meet in ${mode.toLowerCase()} mode`, async ({ browser }) => {
    const { ada, bea, leave } = await meet(browser, { mode });
    await ada.say('Can you read me?');
    await bea.hears('Can you read me?');
    await expect(ada.page.getByRole('button', { name: 'Camera' })).toHaveCount(0);
    await leave();
  });
}
