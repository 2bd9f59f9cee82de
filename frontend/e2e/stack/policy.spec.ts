import { expect, test } from '@playwright/test';

import { meet } from '../support/person';

test('a whole call breaks no rule of the content security policy and asks nobody else for anything', async ({ browser }) => {
  const broken: string[] = [];
  const foreign: string[] = [];
  const { ada, bea, leave } = await meet(browser, {
    prepare: async (context) => {
      await context.exposeFunction('reportBroken', (what: string) => broken.push(what));
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          (window as unknown as { reportBroken: (what: string) => void }).reportBroken(`${violatedDirective} ${blockedURI}`);
        });
      });
      context.on('request', (request) => {
        if (new URL(request.url()).hostname !== 'localhost') foreign.push(request.url());
      });
    },
  });
  await ada.say('<img src=x onerror=alert(1)>');
  await bea.hears('<img src=x onerror=alert(1)>');
  await ada.press('React');
  await ada.press('React with wave');
  await ada.press('End call');
  await bea.sees('Ada left the call');
  expect(broken).toEqual([]);
  expect(foreign).toEqual([]);
  await leave();
});
