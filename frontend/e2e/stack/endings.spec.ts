import { expect, test } from '@playwright/test';

import { openPeers, watchPeers } from '../support/media';
import { meet } from '../support/person';
import { STACK_COMMAND, startStack, type Stack } from '../support/stack';

test.skip(STACK_COMMAND === undefined, 'SPEED_CONNECT_UP names no command that starts a stack');

let stack: Stack | undefined;

test.afterEach(async () => {
  await stack?.stop('SIGKILL');
  stack = undefined;
});

test('the server ends the call on time, and both are told', async ({ browser }) => {
  stack = await startStack(8);
  const { ada, bea, leave } = await meet(browser, { url: stack.url, prepare: (context) => watchPeers(context) });
  for (const person of [ada, bea]) {
    await person.sees('Time’s up', 15_000);
    expect(await openPeers(person.page)).toBe(0);
  }
  await leave();
});

test('the page ends the call by its own clock when the server is gone', async ({ browser }) => {
  stack = await startStack(20);
  const { ada, bea, leave } = await meet(browser, { url: stack.url, prepare: (context) => watchPeers(context) });
  await stack.stop('SIGKILL');
  await ada.status('Connected, chat is coming back…');
  for (const person of [ada, bea]) {
    await person.sees('Time’s up', 30_000);
    expect(await openPeers(person.page)).toBe(0);
  }
  await leave();
});

test('both ask, and the call lasts five minutes longer', async ({ browser }) => {
  stack = await startStack(20);
  const { ada, bea, leave } = await meet(browser, { url: stack.url, prepare: (context) => watchPeers(context) });
  await ada.page.getByRole('button', { name: 'Ask for 5 more minutes' }).click();
  await expect(ada.page.getByText('Asked Bea for 5 more minutes')).toBeVisible();
  await bea.page.getByRole('button', { name: 'Stay 5 more minutes' }).click();
  for (const person of [ada, bea]) {
    await expect(person.page.getByRole('timer')).toHaveText(/^5:/u);
    await person.status('Connected');
  }
  await leave();
});
