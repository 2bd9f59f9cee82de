import { defineConfig } from '@playwright/test';

import { browserOptions } from './e2e/support/browser';

/** Two people in real browsers on the real local stack, which whoever runs this has started. */
export default defineConfig({
  testDir: 'e2e/stack',
  outputDir: 'test-results/stack',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: { ...browserOptions, baseURL: process.env['SPEED_CONNECT_URL'] ?? 'http://localhost:4000' },
});
