import type { Features } from './conductor';
import type { World } from './world';

/** Being rung with the page closed belongs to the account, and goes with it. */
export function keepPush({ signIn, push }: Features, { push: browser, pushNote }: World): void {
  let guest = false;
  const owner = (): { readonly for?: string } => {
    const note = pushNote.load();
    return note === undefined ? {} : { for: note.userId };
  };
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase === 'out' && state.parting !== undefined && !guest) push.send({ type: 'part', ...owner() });
    if (state.phase !== 'in') return;
    const { account, userId } = state.visitor;
    guest = account !== true;
    // A guest is a tab: when it is closed, nobody is there who could be rung.
    if (guest) return push.send({ type: 'forget' });
    push.send({ type: 'belong', userId, ...owner(), ...browser.ground() });
    browser.putAway();
  });
}
