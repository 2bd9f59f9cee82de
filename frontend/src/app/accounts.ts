import type { Features } from './conductor';
import type { News } from './news';
import { loginWishOf } from './wishes';
import { belong, beReached } from './people';
import type { World } from './world';

import { createAccount, type Account } from '@/features/account/account';
import type { Errand, Own } from '@/features/account/machine';
import { createLink, createMail, type Link, type Mail } from '@/features/mail/mail';
import { isAccount, type Visitor } from '@/features/sign-in/machine';
import type { SignIn } from '@/features/sign-in/sign-in';
import type { Gateway } from '@/lib/gateway/gateway';
import { NO_PREFERENCES, type Preferences } from '@/lib/browser/preferences';
import { ApiError, type AccountNote, type Identity } from '@/lib/ports';
import type { Value } from '@/lib/value';

export interface AccountsContext {
  readonly world: World;
  readonly preferences: Value<Preferences>;
  readonly change: (change: Partial<Preferences>) => void;
  readonly news: Value<News | undefined>;
  /** Whether one's own page stands open over the green room. */
  readonly accountOpen: Value<boolean>;
}

export interface AccountFeatures {
  readonly mail: Mail;
  readonly link: Link;
  readonly account: Account;
}

/** The features about who somebody is, beyond being somebody at all. */
export function createAccountFeatures(signIn: SignIn, context: AccountsContext): AccountFeatures {
  const { world, preferences, news } = context;
  const { api, clock } = world;
  const enter = (identity: Identity): void => {
    world.mark.save({ userId: identity.userId, atMs: clock.now() });
    signIn.send({ type: 'arrived', visitor: identity, nowMs: clock.now() });
    news.set({ what: 'signed-in' });
  };
  const mail = createMail({
    api,
    clock,
    drawer: world.pendingMail,
    wish: () => loginWishOf(preferences.get()),
    guestToken: () => guestToken(signIn),
    enter,
  });
  const account = createAccount({
    api,
    authorised: signIn.authorised,
    isIn: () => signIn.get().phase === 'in',
    logOut: async (everywhere) => {
      const state = signIn.get();
      if (state.phase !== 'in') throw new ApiError('unauthorized', 'Nobody is signed in.');
      await world.exclusively(() => api.logOut(state.visitor, everywhere));
    },
    saveFile: world.saveFile,
    done: (errand, own) => heedErrand({ signIn, context }, errand, own),
  });
  return { mail, link: createLink({ api, enter }), account };
}

/** A guest whose token cannot be had asks as somebody new. */
async function guestToken(signIn: SignIn): Promise<string | undefined> {
  const state = signIn.get();
  if (state.phase !== 'in' || state.visitor.account === true) return undefined;
  return signIn.authorised((token) => Promise.resolve(token)).catch(() => undefined);
}

/** What follows from an errand that is done. */
function heedErrand({ signIn, context }: { signIn: SignIn; context: AccountsContext }, errand: Errand, own: Own | undefined): void {
  const { change } = context;
  if (own !== undefined) signIn.send({ type: 'changed', ...own });
  switch (errand.task) {
    case 'load':
    case 'show':
    case 'export':
      return;
    case 'save': {
      const { nickname, tags, language } = errand.change;
      return change({ nickname, tags, language });
    }
    case 'hide':
      return isAccount(signIn.get()) ? undefined : change({ hideIp: errand.hideIp });
    case 'erase': {
      const { nickname, tags, language } = NO_PREFERENCES;
      change({ nickname, tags, language, hideIp: false });
      context.world.callMemory.clear();
      return signIn.send({ type: 'leave', parting: 'erased' });
    }
    case 'log-out':
    case 'log-out-everywhere':
      return signIn.send({ type: 'leave', parting: 'signed-out' });
    default:
      return errand satisfies never;
  }
}

/** What follows for everything else when somebody comes in, goes out, or does so in another tab. */
export function keepAccount(features: Features, context: AccountsContext): void {
  const { signIn, mail, account, matching, call, ringing, gateway } = features;
  const { news, accountOpen } = context;
  const changePerson = personWatcher(features, context.world);
  const adopt = adopter(features, context);
  let waitsForMail = false;

  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase === 'returning' || state.phase === 'entering') return;
    changePerson(state.phase === 'in' ? state.visitor : undefined);
    if (state.phase === 'out' && state.parting !== undefined) {
      gateway.stop();
      call.send({ type: 'drop' });
      matching.send({ type: 'reset' });
      accountOpen.set(false);
      news.set({ what: state.parting });
    }
    if (waitsForMail && isAccount(state) && state.phase === 'in') {
      mail.send({ type: 'entered' });
      news.set({ what: 'signed-in' });
    }
    waitsForMail = false;
    adopt();
  });
  account.subscribe(() => {
    adopt();
    const { done } = account.get();
    const idle = matching.get().phase === 'idle' && call.get().phase !== 'live' && ringing.get().phase === 'none';
    // The server reads a profile when a socket greets it.
    if (idle && (done === 'save' || done === 'hide')) greetAnew(gateway);
  });
  context.world.mark.watch((note) => {
    if (note === undefined) {
      if (isAccount(signIn.get())) signIn.send({ type: 'leave', parting: 'elsewhere' });
    } else if (concerns(features, note)) {
      waitsForMail = mail.get().phase === 'sent';
      signIn.send({ type: 'return' });
    }
  });
}

/** A guest is a tab and stays one, unless they wait for the mail or have become that account themself. */
function concerns({ signIn, mail }: Features, note: AccountNote): boolean {
  const state = signIn.get();
  if (mail.get().phase === 'sent' || state.phase === 'out' || isAccount(state)) return true;
  return state.phase === 'in' && state.visitor.userId === note.userId;
}

function greetAnew(gateway: Gateway): void {
  const { phase, superseded } = gateway.get();
  if (phase === 'closed' || superseded) return;
  gateway.stop();
  gateway.want();
}

/** A person's socket, friends and call are not those of the account that takes their place. */
function personWatcher(features: Features, world: World): (visitor: Visitor | undefined) => void {
  const { gateway, matching, call, account, ringing, rematch } = features;
  let before: Visitor | undefined;
  return (visitor) => {
    const gone = before;
    before = visitor;
    const same = visitor?.userId === gone?.userId;
    if (same && visitor?.account === gone?.account) return;
    belong(features, world, visitor);
    if (!same) {
      account.send({ type: 'forget' });
      ringing.send({ type: 'forget' });
      rematch.send({ type: 'forget' });
      if (gone !== undefined && visitor !== undefined && (visitor.account === true || gone.account === true)) {
        gateway.stop();
        call.send({ type: 'drop' });
        if (matching.get().phase !== 'idle') gateway.want();
      }
    }
    void beReached(features, world);
  };
}

/**
 * Learns who the account is. Its name is the account's own; what it likes and speaks is taken over where this browser
 * knows nothing, else what was chosen here last goes on.
 */
function adopter({ signIn, account }: Features, { preferences, change }: AccountsContext): () => void {
  let adopted: string | undefined;
  return () => {
    const state = signIn.get();
    if (state.phase !== 'in' || state.visitor.account !== true) return;
    const { visitor } = state;
    const { own, busy, trouble } = account.get();
    if (own?.userId !== visitor.userId) {
      if (busy === undefined && trouble === undefined) account.send({ type: 'ask', errand: { task: 'load' } });
      return;
    }
    if (visitor.nickname === '') signIn.send({ type: 'changed', ...own });
    // Once, so that what is typed after it stays.
    if (adopted === own.userId) return;
    adopted = own.userId;
    const { nickname, tags, language } = preferences.get();
    const fresh = nickname === '' && tags.length === 0 && language === '';
    change({ nickname: own.nickname, ...(fresh && { tags: own.tags, language: own.language ?? '' }) });
  };
}
