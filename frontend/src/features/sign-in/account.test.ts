import { describe, expect, test } from 'vitest';

import { SIGNED_OUT, owed, reduceSignIn, type SignInState, type Visitor } from './machine';
import { accountRefresher, guestRefresher } from './refresh';

import { ApiError, type Api, type Identity } from '@/lib/ports';
import { createFakeClock } from '@/testing/fake-clock';

const NOW = 1_000_000;
const ADA: Visitor = { userId: 'u1', nickname: 'Ada', accessToken: 'a', expiresAtMs: NOW + 300_000, account: true };
const GUEST: Visitor = { userId: 'u2', nickname: 'Guest', accessToken: 'g', expiresAtMs: NOW + 300_000 };
const OFFLINE = { code: 'offline', message: '' } as const;
const EXPIRED = { code: 'unauthorized', message: '' } as const;

const signedIn = (visitor: Visitor): SignInState => reduceSignIn(SIGNED_OUT, { type: 'arrived', visitor, nowMs: NOW }).state;

describe('an account', () => {
  test('is the same under every name', () => {
    const { state, effects } = reduceSignIn(signedIn(ADA), { type: 'enter', wish: { nickname: 'Countess', tags: [] } });
    expect(effects).toEqual([]);
    expect(owed(state)).toEqual({ nickname: 'Countess' });
  });

  test('that is refused its renewal is out, and no guest', () => {
    const { state, effects } = reduceSignIn(signedIn(ADA), { type: 'renewal-refused', problem: EXPIRED, needed: true });
    expect(state).toEqual({ phase: 'out', parting: 'expired' });
    expect(effects).toEqual([{ type: 'forget-account' }, { type: 'renew-off' }]);
  });

  test('is left alone in a call, and through a network that was away', () => {
    for (const refused of [{ problem: EXPIRED, needed: false }, { problem: OFFLINE, needed: true }]) {
      expect(reduceSignIn(signedIn(ADA), { type: 'renewal-refused', ...refused }).state.phase).toBe('in');
    }
  });

  test('that cannot be asked for yet is asked for again by Start', () => {
    const returning = reduceSignIn(SIGNED_OUT, { type: 'return' }).state;
    const away = reduceSignIn(returning, { type: 'return-refused', problem: OFFLINE }).state;
    expect(away).toEqual({ phase: 'out', account: true });
    expect(reduceSignIn(away, { type: 'enter', wish: { tags: [] } }).effects).toEqual([{ type: 'return' }]);
  });

  test('that does not come leaves a guest in place', () => {
    const returning = reduceSignIn(signedIn(GUEST), { type: 'return' }).state;
    for (const problem of [OFFLINE, EXPIRED]) {
      expect(reduceSignIn(returning, { type: 'return-refused', problem }).state).toMatchObject({ phase: 'in', visitor: GUEST });
    }
  });
});

test('a guest’s wish to hide is owed until the server knows it', () => {
  const wishing = reduceSignIn(signedIn(GUEST), { type: 'enter', wish: { nickname: 'Guest', tags: [], hideIp: true } }).state;
  expect(owed(wishing)).toEqual({ hideIp: true });
  const told = reduceSignIn(wishing, { type: 'changed', userId: 'u2', nickname: 'Guest', hideIp: true }).state;
  expect(owed(told)).toBeUndefined();
});

describe.each(['an account', 'a guest'])('the renewal of %s', (whose) => {
  const clock = createFakeClock();
  const renewing = (answers: readonly (Identity | ApiError)[]) => {
    const asked: number[] = [];
    const from = clock.now();
    const answerNext = (): Promise<Identity> => {
      const answer = answers[asked.length];
      asked.push(clock.now() - from);
      return answer instanceof ApiError || answer === undefined ? Promise.reject(answer ?? new Error('too often')) : Promise.resolve(answer);
    };
    const api = { refreshAccount: answerNext, refresh: answerNext } as Partial<Api> as Api;
    const renewed = whose === 'a guest' ? guestRefresher(api, clock)(GUEST) : accountRefresher(api, clock, (work) => work())();
    return { asked, renewed };
  };
  const lost = new ApiError('offline', '');

  test('is tried thrice within the seconds for which the server takes the cookie before', async () => {
    const { asked, renewed } = renewing([lost, lost, ADA]);
    await clock.advance(10_000);
    await expect(renewed).resolves.toEqual(ADA);
    expect(asked).toEqual([0, 500, 1500]);
  });

  test('is not tried again once it is refused', async () => {
    const { asked, renewed } = renewing([new ApiError('unauthorized', '')]);
    await expect(renewed).rejects.toThrow(ApiError);
    expect(asked).toEqual([0]);
  });
});
