import { defineConfig } from '@playwright/test';

import { browserOptions } from './e2e/support/browser';

const URL = 'http://localhost:5101';

/** Every screen in four variants, from the built page and a server in memory: for people to look at. */
export default defineConfig({
  testDir: 'e2e/look',
  outputDir: 'test-results/look',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: { ...browserOptions, baseURL: URL },
  webServer: { command: 'exec node_modules/.bin/vite preview', url: URL, reuseExistingServer: false },
});
