import { defineConfig } from '@playwright/test';

const STACK_URL = process.env['SPEED_CONNECT_URL'] ?? 'http://localhost:4000';
const PREVIEW_URL = 'http://localhost:5101';

/** Media stays on the machine: fake devices, and no question to the person. */
const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
];

export default defineConfig({
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: CHROMIUM_FLAGS },
    viewport: { width: 1440, height: 900 },
    trace: 'off',
  },
  projects: [
    { name: 'stack', testDir: 'e2e/stack', use: { baseURL: STACK_URL } },
    { name: 'look', testDir: 'e2e/look', use: { baseURL: PREVIEW_URL } },
  ],
  // The look needs the built page only; the stack is started by who runs its specs.
  ...(process.argv.includes('--project=look') && {
    webServer: { command: 'npx vite preview --port 5101', url: PREVIEW_URL, reuseExistingServer: false },
  }),
});
