import { expect, test, type Browser, type Page } from '@playwright/test';

import { watchFirstFrame } from '../support/media';
import { meet } from '../support/person';
import { STACK_COMMAND, startStack, type Stack } from '../support/stack';

/** Every way in which KVS fails, and what becomes of the call's transport. */
const FAULTS = ['none', 'throttle', 'fail', 'stall', 'mute'] as const;

/** Calls in all; `cargo xtask bench calls` makes a hundred. */
const CALLS = Number(process.env['SPEED_CONNECT_CALLS'] ?? 10);
const CALL_LIMIT_MS = 45_000;

test.skip(STACK_COMMAND === undefined, 'SPEED_CONNECT_UP names no command that starts a stack');

let stack: Stack | undefined;

test.afterEach(async () => {
  await stack?.stop('SIGKILL');
  stack = undefined;
});

test('every call connects while KVS throttles, fails, stalls and swallows what is said', async ({ browser }) => {
  test.setTimeout(60_000 + CALLS * CALL_LIMIT_MS);
  stack = await startStack(300, { ChannelPoolSize: 128 });
  const { url } = stack;
  // A new stack makes its channels after it has opened.
  await expect.poll(async () => (await fetch(`${url}api/health/ready`)).status, { timeout: 60_000 }).toBe(200);
  const took = new Map<string, number[]>();
  for (let call = 0; call < CALLS; call += 1) {
    const fault = FAULTS[call % FAULTS.length] ?? 'none';
    await fetch(`${url}_local/faults?kvs=${fault}`, { method: 'PUT' });
    const { transports, firstFrameMs } = await test.step(`call ${call + 1}, KVS fault: ${fault}`, () => oneCall(browser, url));
    const [transport] = transports;
    expect(transports, 'both sides are on one transport').toEqual([transport, transport]);
    // Where KVS is well it may still be slower than the page's patience, on a busy machine.
    if (fault !== 'none') expect(transport, fault).toBe('relay');
    const kind = `KVS fault ${fault}, ${transport}`;
    took.set(kind, [...(took.get(kind) ?? []), ...firstFrameMs]);
  }
  expect([...took.keys()]).toContain('KVS fault none, kvs');
  const { struck } = (await (await fetch(`${url}_local/faults`, { headers: { accept: 'application/json' } })).json()) as { struck: number };
  expect(struck).toBeGreaterThan(0);
  for (const [kind, ms] of took) print(kind, ms);
});

/** Two strangers meet and see each other; by which way, and after which time each sees the first picture. */
async function oneCall(browser: Browser, url: string): Promise<{ transports: string[]; firstFrameMs: number[] }> {
  const { ada, bea, leave } = await meet(browser, { url, prepare: watchFirstFrame, started: watchTransport });
  const pages = [ada.page, bea.page];
  const firstFrameMs = await Promise.all(pages.map(firstFrameOf));
  const transports = pages.map((page) => transportOf.get(page) ?? 'none');
  await leave();
  return { transports, firstFrameMs };
}

/** The newest transport that the server has named to each page. */
const transportOf = new WeakMap<Page, string>();

function watchTransport(page: Page): void {
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { event?: string; data?: { transport?: string; signaling?: { transport: string } } };
      if (frame.event !== 'matched' && frame.event !== 'signaling') return;
      const named = frame.data?.signaling?.transport ?? frame.data?.transport;
      if (named !== undefined) transportOf.set(page, named);
    });
  });
}

async function firstFrameOf(page: Page): Promise<number> {
  const seen = await page.waitForFunction(() => window.firstFrameMs, undefined, { timeout: CALL_LIMIT_MS });
  return Number(await seen.jsonValue());
}

function print(kind: string, ms: readonly number[]): void {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  process.stdout.write(`time to first frame, ${kind}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms of ${ms.length} pages\n`);
}
