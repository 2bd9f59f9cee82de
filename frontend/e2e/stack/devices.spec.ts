import { expect, test, type BrowserContext } from '@playwright/test';

import { Person } from '../support/person';

const TROUBLES = [
  ['NotAllowedError', 'Your camera is blocked'],
  ['NotFoundError', 'No camera found'],
  ['NotReadableError', 'Your camera is in use'],
] as const;

for (const [error, title] of TROUBLES) {
  test(`${error}: the green room helps, and lets in with text`, async ({ context, page }) => {
    await failDevices(context, error);
    const ada = new Person('Ada', page);
    await ada.arrive();
    await expect(page.getByRole('alert').getByRole('heading', { name: title })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    await ada.introduce('music');
    await ada.press('Join with text');
    await ada.press('Start');
    await ada.status(/^Looking for/u);
    await ada.press('Cancel');
    await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  });
}

test('a page without devices at all says why', async ({ context, page }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
  await new Person('Ada', page).arrive();
  await expect(page.getByRole('alert')).toContainText('This address is not secure');
});

test('join muted is remembered and shown', async ({ page }) => {
  const ada = new Person('Ada', page);
  await ada.arrive();
  await page.getByText('Join muted').click();
  await page.reload();
  await expect(page.getByRole('switch', { name: 'Join muted' })).toBeChecked();
});

async function failDevices(context: BrowserContext, name: string): Promise<void> {
  await context.addInitScript((errorName) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', errorName));
  }, name);
}
