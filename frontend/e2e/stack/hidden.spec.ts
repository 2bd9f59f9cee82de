import { expect, test, type BrowserContext } from '@playwright/test';

import { watchCandidates, type Candidates } from '../support/candidates';
import { meet } from '../support/person';

for (const kvs of [true, false]) {
  test(`when one hides their address neither browser ever holds or sends another candidate than a relay’s${kvs ? '' : ', our own socket carrying'}`, async ({ browser }) => {
    const seen = await call(browser, kvs, true);
    for (const { inStats, signalled, named } of seen) {
      expect([...inStats].filter((what) => !isRelay(what, signalled))).toEqual([]);
      expect([...inStats].some((what) => what.startsWith('local-candidate relay'))).toBe(true);
      expect([...signalled].filter((line) => !/ typ relay raddr 0\.0\.0\.0 rport 0\b/u.test(line))).toEqual([]);
      expect(signalled.size).toBeGreaterThanOrEqual(2);
      expect([...named].filter((address) => address !== '0.0.0.0')).toEqual([]);
    }
  });
}

test('when nobody hides, the same eyes see where they are', async ({ browser }) => {
  const [ada] = await call(browser, true, false);
  expect([...ada.inStats].some((what) => what.startsWith('local-candidate host'))).toBe(true);
  expect([...ada.signalled].some((line) => line.includes(' typ host'))).toBe(true);
});

/** Whose check arrives before their candidate is a peer-reflexive one until then: at a port that is a relay's. */
function isRelay(what: string, signalled: ReadonlySet<string>): boolean {
  const [side, type, port = '?'] = what.split(' ');
  if (type === 'relay') return true;
  return side === 'remote-candidate' && type === 'prflx' && [...signalled].some((line) => line.includes(` ${port} typ relay`));
}

/** Ada hides or not, Bea does not. */
async function call(browser: Parameters<typeof meet>[0], kvs: boolean, hides: boolean): Promise<readonly [Candidates, Candidates]> {
  const seen: Candidates[] = [];
  const { ada, leave } = await meet(browser, {
    prepare: async (context) => {
      seen.push(await watchCandidates(context));
      if (!kvs) await closeKvs(context);
    },
    before: async ({ name, page }) => {
      if (name === 'Ada' && hides) await page.getByText('Hide my IP address').click();
    },
  });
  // What trickles in after the first pair that works is seen as well.
  await ada.page.waitForTimeout(3000);
  await leave();
  return seen as [Candidates, Candidates];
}

async function closeKvs(context: BrowserContext): Promise<void> {
  await context.routeWebSocket((url) => url.searchParams.has('X-Amz-Signature'), (socket) => socket.close({ code: 1011 }));
}
