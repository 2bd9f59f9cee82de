import { defineConfig } from '@playwright/test';

import { browserOptions } from './e2e/support/browser';

/** The real local stacks that whoever runs this has started: one per worker, so that strangers of two tests never meet. */
const stacks = (process.env['SPEED_CONNECT_URL'] ?? 'http://localhost:4000').split(' ');
const worker = Number(process.env['TEST_PARALLEL_INDEX'] ?? 0);

/** Two people in real browsers. */
export default defineConfig({
  testDir: 'e2e/stack',
  outputDir: 'test-results/stack',
  workers: stacks.length,
  fullyParallel: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: { ...browserOptions, baseURL: stacks[worker % stacks.length] },
});
