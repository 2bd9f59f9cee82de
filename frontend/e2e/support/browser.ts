import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from '@playwright/test';

/** Debian's Chromium with fake devices; media stays on the machine, and nobody is asked for permission. */
export const browserOptions = {
  browserName: 'chromium',
  launchOptions: {
    executablePath: process.env['SPEED_CONNECT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
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
    ],
  },
  viewport: { width: 1440, height: 900 },
  trace: 'off',
} satisfies Partial<PlaywrightTestOptions & PlaywrightWorkerOptions & { trace: 'off' }>;
