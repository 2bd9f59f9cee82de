import { expect, test, type BrowserContext } from '@playwright/test';

import { expectMediaToFlow, readMedia, watchPeers } from '../support/media';
import { meet } from '../support/person';

test('media flows through the TURN server when nothing else is allowed', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser, { prepare: (context) => watchPeers(context, true) });
  for (const { page } of [ada, bea]) {
    await expectMediaToFlow(page);
    expect((await readMedia(page)).localCandidate).toBe('relay');
  }
  await leave();
});

test('KVS carries the signaling when it works', async ({ browser }) => {
  test.setTimeout(180_000);
  // KVS that works may still be slower than the page's patience, on a busy machine: then others meet.
  await expect(async () => {
    const seen = { kvs: 0, relayed: 0 };
    const { leave } = await meet(browser, { prepare: (context) => watchSockets(context, seen) });
    await leave();
    expect(seen.kvs).toBeGreaterThanOrEqual(2);
    expect(seen.relayed).toBe(0);
  }).toPass({ timeout: 120_000 });
});

test('our own socket carries the signaling when KVS cannot be reached, and people notice nothing', async ({ browser }) => {
  const { ada, bea, leave } = await meet(browser, {
    prepare: async (context) => {
      await watchPeers(context);
      await context.routeWebSocket(isKvs, (socket) => socket.close({ code: 1011 }));
    },
  });
  await expectMediaToFlow(ada.page);
  await expectMediaToFlow(bea.page);
  await leave();
});

test('our own socket carries the signaling when KVS never answers', async ({ browser }) => {
  const { ada, leave } = await meet(browser, {
    prepare: async (context) => {
      await watchPeers(context);
      // An accepted socket that says nothing and passes nothing on.
      await context.routeWebSocket(isKvs, () => undefined);
    },
  });
  await expectMediaToFlow(ada.page);
  await leave();
});

/** A KVS socket's URL is presigned; ours is the page's own origin at `/ws`. */
function isKvs(url: URL): boolean {
  return url.searchParams.has('X-Amz-Signature');
}

async function watchSockets(context: BrowserContext, seen: { kvs: number; relayed: number }): Promise<void> {
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      if (isKvs(new URL(socket.url()))) seen.kvs += 1;
      socket.on('framesent', ({ payload }) => {
        if (/"action":"send-(?:offer|answer|candidate)"/u.test(String(payload))) seen.relayed += 1;
      });
    });
  });
  await Promise.resolve();
}
