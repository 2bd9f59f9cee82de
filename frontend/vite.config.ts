import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const src = fileURLToPath(new URL('./src', import.meta.url));

/** As strict as production's, so that a preview shows what would be blocked there. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The name is the contract with every browser that has registered it, and its place is its scope: the whole origin. */
const WORKER = 'push-worker';

/** The worker is one plain script: whatever it shared with the page would make a module of it, which not every browser takes. */
function workerStandsAlone(): Plugin {
  return {
    name: 'worker-stands-alone',
    generateBundle(_, bundle) {
      const chunk = bundle[`${WORKER}.js`];
      if (chunk?.type !== 'chunk' || chunk.imports.length + chunk.dynamicImports.length + chunk.exports.length > 0) {
        this.error(`${WORKER}.js is to stand alone`);
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), workerStandsAlone()],
  resolve: { alias: { '@': src } },
  build: {
    target: 'es2022',
    // The content security policy allows no data: URL, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    rolldownOptions: {
      input: { index: fileURLToPath(new URL('./index.html', import.meta.url)), [WORKER]: `${src}/push-worker.ts` },
      output: { entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { host: '127.0.0.1', port: 5100, strictPort: true },
  preview: { host: '127.0.0.1', port: 5101, strictPort: true, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY } },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
    restoreMocks: true,
    testTimeout: 10_000,
  },
});
