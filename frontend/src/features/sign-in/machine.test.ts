import { describe, expect, test } from 'vitest';

import { SIGNED_OUT, reduceSignIn, type SignInEvent, type SignInState, type Visitor } from './machine';

const NOW = 1_000_000;
const ADA: Visitor = { userId: 'u1', nickname: 'Ada', accessToken: 'a', expiresAtMs: NOW + 300_000 };
const OFFLINE = { code: 'offline', message: '' } as const;
const GONE = { code: 'unauthorized', message: '' } as const;

const signedIn = (visitor: Visitor = ADA): SignInState =>
  reduceSignIn({ phase: 'entering', wish: { nickname: 'Ada', tags: ['music'] } }, { type: 'entered', visitor, nowMs: NOW }).state;

describe('entering', () => {
  test('signs in, keeps the guest and plans the renewal before the token ends', () => {
    const entering = reduceSignIn(SIGNED_OUT, { type: 'enter', wish: { nickname: 'Ada', tags: [] } });
    expect(entering.effects).toEqual([{ type: 'login', wish: { nickname: 'Ada', tags: [] } }]);
    const { effects } = reduceSignIn(entering.state, { type: 'entered', visitor: ADA, nowMs: NOW });
    expect(effects).toEqual([{ type: 'keep', visitor: ADA }, { type: 'renew-in', ms: 240_000 }]);
  });

  test('with the same name stays the same guest', () => {
    expect(reduceSignIn(signedIn(), { type: 'enter', wish: { nickname: 'Ada', tags: ['art'] } }).effects).toEqual([]);
  });

  test('with another name is another guest', () => {
    const { effects } = reduceSignIn(signedIn(), { type: 'enter', wish: { nickname: 'Grace', tags: [] } });
    expect(effects).toEqual([{ type: 'login', wish: { nickname: 'Grace', tags: [] } }]);
  });

  test('twice signs in once', () => {
    const entering = reduceSignIn(SIGNED_OUT, { type: 'enter', wish: { tags: [] } }).state;
    expect(reduceSignIn(entering, { type: 'enter', wish: { tags: [] } }).effects).toEqual([]);
  });

  test('that is refused says why', () => {
    const entering = reduceSignIn(SIGNED_OUT, { type: 'enter', wish: { tags: [] } }).state;
    expect(reduceSignIn(entering, { type: 'refused', problem: OFFLINE }).state).toEqual({ phase: 'out', problem: OFFLINE });
  });
});

describe('a token', () => {
  test('that is fresh is used as it is', () => {
    expect(reduceSignIn(signedIn(), { type: 'token-needed', nowMs: NOW, refused: false }).effects).toEqual([]);
  });

  test.each([
    ['old', { type: 'token-needed', nowMs: NOW + 290_000, refused: false }],
    ['refused by the server', { type: 'token-needed', nowMs: NOW, refused: true }],
  ] as const)('that is %s is renewed', (_why, event: SignInEvent) => {
    expect(reduceSignIn(signedIn(), event).effects).toEqual([{ type: 'renew', visitor: ADA, needed: true }]);
  });

  test('is renewed once, whoever asks', () => {
    const renewing = reduceSignIn(signedIn(), { type: 'renewal-due' }).state;
    expect(reduceSignIn(renewing, { type: 'token-needed', nowMs: NOW, refused: true }).effects).toEqual([]);
  });

  test('that cannot be renewed and is needed makes a new guest of the same wish', () => {
    const { state, effects } = reduceSignIn(signedIn(), { type: 'renewal-refused', problem: GONE, needed: true });
    expect(state.phase).toBe('entering');
    expect(effects).toEqual([{ type: 'forget' }, { type: 'login', wish: { nickname: 'Ada', tags: ['music'] } }]);
  });

  test('that cannot be renewed in the middle of a call leaves the call alone', () => {
    const { state, effects } = reduceSignIn(signedIn(), { type: 'renewal-refused', problem: GONE, needed: false });
    expect(state.phase).toBe('in');
    expect(effects).toEqual([{ type: 'renew-in', ms: 30_000 }]);
  });

  test('is tried again when the network was away', () => {
    const { effects } = reduceSignIn(signedIn(), { type: 'renewal-refused', problem: OFFLINE, needed: true });
    expect(effects).toEqual([{ type: 'renew-in', ms: 30_000 }]);
  });
});
