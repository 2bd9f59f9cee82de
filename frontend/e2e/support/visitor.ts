import type { Browser, BrowserContext, Page } from '@playwright/test';

import { TERMS_VERSION } from '../../src/features/terms/core/version';
import type { FakeServer } from '../../src/testing/fake-server';
import { serveFake } from './fake-backend';

export const VARIANTS = [
  { name: 'desktop-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

export type Variant = (typeof VARIANTS)[number];

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly shot: (name: string) => Promise<void>;
}

const contexts: BrowserContext[] = [];

export async function closeVisitors(): Promise<void> {
  for (const context of contexts.splice(0)) await context.close();
}

/** A browser of its own before a server in memory; whatever its console complains of fails the test. */
export async function visitor(browser: Browser, variant: Variant, server: FakeServer): Promise<Visitor> {
  const { name: folder, viewport, colorScheme } = variant;
  const context = await browser.newContext({ viewport, colorScheme, ...(viewport.width < 600 && { hasTouch: true, deviceScaleFactor: 2 }) });
  contexts.push(context);
  await serveFake(context, server);
  // The agreement has tests of its own.
  if (server.rules.agreed) await context.addInitScript((version) => localStorage.setItem('speed-connect.consent', JSON.stringify({ version, atMs: 0 })), TERMS_VERSION);
  const page = await context.newPage();
  page.on('console', (message) => {
    // A refusal is an answer; that the browser notes it as well is no fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) throw new Error(`the console says: ${message.text()}`);
  });
  const shot = async (name: string): Promise<void> => {
    await page.screenshot({ path: `test-results/screens/${name}.${folder}.png`, scale: 'css' });
  };
  return { context, page, shot };
}
