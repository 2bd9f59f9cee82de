import type { Features } from './conductor';
import type { World } from './world';

/** Being rung with the page closed belongs to the account, and goes with it. */
export function keepPush({ signIn, push }: Features, { push: browser, pushNote }: World): void {
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase === 'out' && state.parting !== undefined) return push.send({ type: 'part' });
    if (state.phase !== 'in') return;
    const { account, userId } = state.visitor;
    // A guest is a tab: when it is closed, nobody is there who could be rung.
    if (account !== true) return push.send({ type: 'forget' });
    const owner = pushNote.load()?.userId;
    push.send({ type: 'belong', userId, ...(owner !== undefined && { for: owner }), ...browser.ground() });
    browser.putAway();
  });
}
