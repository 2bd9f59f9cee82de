import { accountRefresher, guestRefresher } from './refresh';
import { SIGNED_OUT, isFresh, owed, owesConsent, reduceSignIn, type SignInEffect, type SignInEvent, type SignInState, type Visitor, type Wish } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import {
  ApiError,
  problemOf,
  type AccountMark,
  type Api,
  type Cancel,
  type Clock,
  type Drawer,
  type Exclusively,
  type Identity,
  type LoginWish,
  type Ticket,
} from '@/lib/ports';

export interface SignInPorts {
  readonly api: Api;
  readonly clock: Clock;
  /** Keeps the guest of this tab. */
  readonly drawer: Drawer<Identity>;
  /** Whether this page may be that guest: a duplicated tab may not. */
  readonly claim: (userId: string) => Promise<boolean>;
  readonly mark: AccountMark;
  readonly exclusively: Exclusively;
  /** Whether somebody waits or talks here, and is not to be disturbed by what can wait. */
  readonly busy: () => boolean;
  /** The version of the terms to which guests of this browser have agreed; none if nobody has. */
  readonly agreed: () => number | undefined;
}

export interface SignIn extends Runner<SignInState, SignInEvent> {
  /** Takes up the guest of the page before the reload, or the account of the browser; false when there is neither. */
  readonly restore: () => Promise<boolean>;
  /** A one-use ticket for the socket, with a token that is renewed as needed. Throws `ApiError`. */
  readonly ticket: () => Promise<Ticket>;
  /** Does what needs a token, and once more with another should the server not take the first. Throws `ApiError`. */
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  /** Tells the server that who is in agrees to this version of the terms. Throws `ApiError`. */
  readonly agree: (version: number) => Promise<void>;
}

export function createSignIn(ports: SignInPorts): SignIn {
  const { api, clock, drawer, mark } = ports;
  const runner = runMachine(SIGNED_OUT, reduceSignIn, performer(ports));
  const authorised: SignIn['authorised'] = async (work) => {
    try {
      return await work(await token(runner, clock, false));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
      return work(await token(runner, clock, true));
    }
  };

  const agree = async (version: number): Promise<void> => {
    const { userId } = visitorOf(runner.get()) ?? {};
    const kept = await authorised((accessToken) => api.agree(accessToken, version));
    if (userId !== undefined) runner.send({ type: 'agreed', userId, version: kept });
  };

  return {
    ...runner,
    authorised,
    agree,
    restore: async () => {
      const guest = drawer.load();
      if (guest !== undefined && (await ports.claim(guest.userId))) {
        runner.send({ type: 'restored', visitor: guest, nowMs: clock.now() });
        return true;
      }
      drawer.clear();
      if (mark.load() === undefined) return false;
      runner.send({ type: 'return' });
      await until(runner, ({ phase }) => phase !== 'returning');
      return runner.get().phase === 'in';
    },
    ticket: async () => {
      await token(runner, clock, false);
      const change = owed(runner.get());
      if (change !== undefined) {
        const saved = await authorised((accessToken) => api.saveProfile(accessToken, change));
        runner.send({ type: 'changed', ...saved });
      }
      // An account has said it for itself, or is asked before it meets anybody.
      const version = ports.agreed();
      const isGuest = visitorOf(runner.get())?.account !== true;
      if (version !== undefined && isGuest && owesConsent(runner.get(), version)) await agree(version);
      return authorised(api.ticket);
    },
  };
}

function performer(ports: SignInPorts): (effect: SignInEffect, send: (event: SignInEvent) => void) => void {
  const { api, clock, drawer } = ports;
  const refreshAccount = accountRefresher(api, clock, ports.exclusively);
  const refreshGuest = guestRefresher(api, clock);
  let cancelRenewal: Cancel = () => undefined;

  return (effect, send) => {
    switch (effect.type) {
      case 'login':
        api.login(loginWish(effect.wish)).then(
          (visitor) => {
            void ports.claim(visitor.userId);
            send({ type: 'entered', visitor, nowMs: clock.now() });
          },
          (error: unknown) => send({ type: 'refused', problem: problemOf(error) }),
        );
        return;
      case 'return':
        refreshAccount().then(
          (visitor) => send({ type: 'arrived', visitor, nowMs: clock.now() }),
          (error: unknown) => send({ type: 'return-refused', problem: problemOf(error) }),
        );
        return;
      case 'renew': {
        const { visitor, needed } = effect;
        const renewed = visitor.account === true ? refreshAccount() : refreshGuest(visitor);
        renewed.then(
          (fresh) => send({ ...again(visitor, fresh), nowMs: clock.now() }),
          (error: unknown) => {
            const due = needed || (visitor.account === true && !ports.busy());
            send({ type: 'renewal-refused', problem: problemOf(error), needed: due });
          },
        );
        return;
      }
      case 'keep':
        return effect.visitor.account === true ? drawer.clear() : drawer.save(effect.visitor);
      case 'forget':
        return drawer.clear();
      case 'forget-account':
        return ports.mark.clear();
      case 'renew-in':
        cancelRenewal();
        cancelRenewal = clock.after(effect.ms, () => send({ type: 'renewal-due' }));
        return;
      case 'renew-off':
        return cancelRenewal();
      default:
        effect satisfies never;
    }
  };
}

/** A login says nothing of hiding: that is told the server afterwards. */
function loginWish({ nickname, tags, language }: Wish): LoginWish {
  return { tags, ...(nickname !== undefined && { nickname }), ...(language !== undefined && { language }) };
}

/** Meanwhile this browser may have been signed in to another account: then that one has arrived. */
function again(before: Visitor, fresh: Identity): { readonly type: 'renewed' | 'arrived'; readonly visitor: Visitor } {
  if (before.userId !== fresh.userId) return { type: 'arrived', visitor: fresh };
  return { type: 'renewed', visitor: { ...before, accessToken: fresh.accessToken, expiresAtMs: fresh.expiresAtMs } };
}

/** Waits until the machine has a token that may be used, or has given up getting one. */
async function token(runner: Runner<SignInState, SignInEvent>, clock: Clock, refused: boolean): Promise<string> {
  const before = visitorOf(runner.get());
  await until(runner, ({ phase }) => phase !== 'entering' && phase !== 'returning');
  // Whoever came in meanwhile has a new token already.
  const stale = refused && visitorOf(runner.get()) === before;
  runner.send({ type: 'token-needed', nowMs: clock.now(), refused: stale });
  await until(runner, (state) => (state.phase === 'in' ? !state.renewing : state.phase === 'out'));
  const state = runner.get();
  if (state.phase !== 'in') throw outside(state);
  if (isFresh(state.visitor, clock.now()) && !(refused && state.visitor === before)) return state.visitor.accessToken;
  throw new ApiError('unavailable', 'The visit could not be renewed yet.');
}

function visitorOf(state: SignInState): Visitor | undefined {
  return state.phase === 'in' ? state.visitor : undefined;
}

function until<State, Event>(runner: Runner<State, Event>, ready: (state: State) => boolean): Promise<void> {
  if (ready(runner.get())) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = runner.subscribe(() => {
      if (!ready(runner.get())) return;
      stop();
      resolve();
    });
  });
}

function outside(state: SignInState): ApiError {
  const problem = state.phase === 'out' ? state.problem : undefined;
  return problem === undefined
    ? new ApiError('unauthorized', 'Nobody is signed in.')
    : new ApiError(problem.code, problem.message, problem.retryAfterSeconds);
}
