import { SIGNED_OUT, isFresh, reduceSignIn, type SignInEffect, type SignInEvent, type SignInState } from './machine';

import type { Problem } from '@/lib/core/problem';
import { runMachine, type Runner } from '@/lib/machine';
import { ApiError, type Api, type Cancel, type Clock, type Drawer, type Identity, type Ticket } from '@/lib/ports';

export interface SignInPorts {
  readonly api: Api;
  readonly clock: Clock;
  readonly drawer: Drawer<Identity>;
  /** Whether this page may be that guest: a duplicated tab may not. */
  readonly claim: (userId: string) => Promise<boolean>;
}

export interface SignIn extends Runner<SignInState, SignInEvent> {
  /** Takes up the guest of the page before the reload; false when there is none to take up. */
  readonly restore: () => Promise<boolean>;
  /** A one-use ticket for the socket, with a token that is renewed as needed. Throws `ApiError`. */
  readonly ticket: () => Promise<Ticket>;
}

export function createSignIn(ports: SignInPorts): SignIn {
  const { api, clock, drawer } = ports;
  let cancelRenewal: Cancel = () => undefined;

  const perform = (effect: SignInEffect, send: (event: SignInEvent) => void): void => {
    switch (effect.type) {
      case 'login':
        api.login(effect.wish).then(
          (guest) => {
            void ports.claim(guest.userId);
            send({ type: 'entered', guest, nowMs: clock.now() });
          },
          (error: unknown) => send({ type: 'refused', problem: problemOf(error) }),
        );
        return;
      case 'renew':
        api.refresh(effect.guest).then(
          (guest) => send({ type: 'renewed', guest, nowMs: clock.now() }),
          (error: unknown) => send({ type: 'renewal-refused', problem: problemOf(error), needed: effect.needed }),
        );
        return;
      case 'keep':
        return drawer.save(effect.guest);
      case 'forget':
        return drawer.clear();
      case 'renew-in':
        cancelRenewal();
        cancelRenewal = clock.after(effect.ms, () => send({ type: 'renewal-due' }));
        return;
      default:
        effect satisfies never;
    }
  };
  const runner = runMachine(SIGNED_OUT, reduceSignIn, perform);

  return {
    ...runner,
    restore: async () => {
      const guest = drawer.load();
      if (guest === undefined) return false;
      if (!(await ports.claim(guest.userId))) {
        drawer.clear();
        return false;
      }
      runner.send({ type: 'restored', guest, nowMs: clock.now() });
      return true;
    },
    ticket: async () => {
      try {
        return await api.ticket(await token(runner, clock, false));
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
        return api.ticket(await token(runner, clock, true));
      }
    },
  };
}

/** Waits until the machine has a token that may be used, or has given up getting one. */
function token(runner: Runner<SignInState, SignInEvent>, clock: Clock, refused: boolean): Promise<string> {
  const before = runner.get();
  runner.send({ type: 'token-needed', nowMs: clock.now(), refused });
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const state = runner.get();
      if (state.phase === 'entering') return false;
      if (state.phase === 'out') {
        reject(toError(state.problem));
        return true;
      }
      if (state.renewing) return false;
      if (isFresh(state.guest, clock.now()) && !(refused && state === before)) resolve(state.guest.accessToken);
      else reject(new ApiError('unavailable', 'The visit could not be renewed yet.'));
      return true;
    };
    if (look()) return;
    const stop = runner.subscribe(() => {
      if (look()) stop();
    });
  });
}

function toError(problem: Problem | undefined): ApiError {
  return problem === undefined
    ? new ApiError('unauthorized', 'Nobody is signed in.')
    : new ApiError(problem.code, problem.message, problem.retryAfterSeconds);
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof ApiError)) return { code: 'internal', message: '' };
  const { code, message, retryAfterSeconds } = error;
  return retryAfterSeconds === undefined ? { code, message } : { code, message, retryAfterSeconds };
}
