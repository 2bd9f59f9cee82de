import {
  isElsewhere,
  isFound,
  isFriends,
  isHistory,
  isLoggedIn,
  isProfile,
  isPushKey,
  isRenewed,
  isRenewedAccount,
  isTicket,
  type LoggedIn,
} from '@/lib/browser/answers';
import { ofRooms } from '@/lib/browser/api-rooms';
import { ofModeration, ofSafety } from '@/lib/browser/api-safety';
import { ask, malformed, type Answer, type Ask } from '@/lib/browser/http';
import type { Api, Clock, Drawer, Identity } from '@/lib/ports';

/** All that is kept about somebody takes a while to be put together. */
const EXPORT_LIMIT_MS = 30_000;

/**
 * The server's REST routes. `device` keeps what the server calls this browser, for every later sign-in; `trace` goes with
 * every request.
 */
export function createApi(clock: Clock, device: Drawer<string>, trace: string, fetcher: typeof fetch = (...args) => fetch(...args)): Api {
  const call = (what: Ask): Promise<Answer> => ask({ fetcher, trace }, what);
  const post = (path: string, body: object, accessToken?: string): Promise<Answer> =>
    call({ method: 'POST', path, body, ...(accessToken !== undefined && { accessToken }) });
  const expiry = (seconds: number): number => clock.now() + seconds * 1000;
  const hello = (wish: object): object => {
    const deviceId = device.load();
    return deviceId === undefined ? wish : { ...wish, deviceId };
  };
  const entered = ({ user, accessToken, expiresIn, deviceId }: LoggedIn): Identity => {
    if (typeof deviceId === 'string') device.save(deviceId);
    return { userId: user.userId, nickname: user.nickname, accessToken, expiresAtMs: expiry(expiresIn) };
  };

  return {
    login: async (wish) => {
      const { body } = await post('/api/login', hello(wish));
      if (!isLoggedIn(body)) throw malformed();
      return entered(body);
    },
    refresh: async (guest, limitMs) => {
      const { body } = await call({ method: 'POST', path: '/api/auth/refresh', body: { userId: guest.userId }, limitMs });
      if (!isRenewed(body)) throw malformed();
      return { ...guest, accessToken: body.accessToken, expiresAtMs: expiry(body.expiresIn) };
    },
    refreshAccount: async (limitMs) => {
      const { body } = await call({ method: 'POST', path: '/api/auth/refresh', body: {}, limitMs });
      if (!isRenewedAccount(body)) throw malformed();
      const { userId, accessToken, expiresIn } = body;
      return { userId, nickname: '', accessToken, expiresAtMs: expiry(expiresIn), account: true };
    },
    ticket: async (accessToken) => {
      const { body } = await post('/api/auth/ws-ticket', {}, accessToken);
      if (!isTicket(body)) throw malformed();
      return { ticket: body.ticket, url: body.url };
    },
    askForLink: async (wish, guestToken) => {
      await post('/api/login', hello(wish), guestToken);
    },
    openLink: async (token) => {
      const { status, body } = await post('/api/auth/magic/verify', hello({ token }));
      if (status === 202 && isElsewhere(body)) return { kind: 'elsewhere', code: body.code };
      if (!isLoggedIn(body)) throw malformed();
      return { kind: 'in', identity: { ...entered(body), account: true } };
    },
    signInByCode: async (email, code) => {
      const { body } = await post('/api/auth/magic/verify', hello({ email, code }));
      if (!isLoggedIn(body)) throw malformed();
      return { ...entered(body), account: true };
    },
    ...ofOneself(call),
    ...ofFriends(call),
    ...ofPush(call),
    ...ofSafety(call),
    ...ofModeration(call),
    ...ofRooms(call),
    logOut: async ({ account, userId }, everywhere) => {
      await post(everywhere ? '/api/auth/logout-all' : '/api/auth/logout', account === true ? {} : { userId });
    },
  };
}

/** One's own profile, and all that is kept beside it. */
function ofOneself(call: (what: Ask) => Promise<Answer>): Pick<Api, 'profile' | 'saveProfile' | 'exportData' | 'erase'> {
  const path = '/api/users/me';
  const believed = ({ body }: Answer) => {
    if (!isProfile(body)) throw malformed();
    return body;
  };
  return {
    profile: async (accessToken) => believed(await call({ method: 'GET', path, accessToken })),
    saveProfile: async (accessToken, change) => believed(await call({ method: 'PUT', path, body: change, accessToken })),
    exportData: async (accessToken) =>
      (await call({ method: 'GET', path: `${path}/export`, accessToken, limitMs: EXPORT_LIMIT_MS })).text,
    erase: async (accessToken) => {
      await call({ method: 'DELETE', path, accessToken });
    },
  };
}

type FriendWays = Pick<Api, 'friends' | 'calls' | 'askFriend' | 'answerFriend' | 'partFriend' | 'findPeople'>;

/** Friends, requests, past calls, and the directory. */
function ofFriends(call: (what: Ask) => Promise<Answer>): FriendWays {
  return {
    friends: async (accessToken) => {
      const { body } = await call({ method: 'GET', path: '/api/get-friends', accessToken });
      if (!isFriends(body)) throw malformed();
      return body;
    },
    calls: async (accessToken) => {
      const { body } = await call({ method: 'GET', path: '/api/users/me/call-history', accessToken });
      if (!isHistory(body)) throw malformed();
      return body.calls;
    },
    askFriend: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/send-friend-request', body, accessToken });
    },
    answerFriend: async (accessToken, requestId, action) => {
      await call({ method: 'POST', path: '/api/respond-friend-request', body: { requestId, action }, accessToken });
    },
    partFriend: async (accessToken, id) => {
      await call({ method: 'DELETE', path: `/api/friends/${encodeURIComponent(id)}`, accessToken });
    },
    findPeople: async (accessToken, text) => {
      const { body } = await call({ method: 'GET', path: `/api/users/search?q=${encodeURIComponent(text)}`, accessToken });
      if (!isFound(body)) throw malformed();
      return body.users;
    },
  };
}

/** Being rung with the page closed. */
function ofPush(call: (what: Ask) => Promise<Answer>): Pick<Api, 'pushKey' | 'subscribePush' | 'unsubscribePush'> {
  return {
    pushKey: async (accessToken) => {
      const { body } = await call({ method: 'GET', path: '/api/push/key', accessToken });
      if (!isPushKey(body)) throw malformed();
      return body.publicKey;
    },
    subscribePush: async (accessToken, body) => {
      await call({ method: 'POST', path: '/api/push/subscribe', body, accessToken });
    },
    unsubscribePush: async (accessToken, endpoint) => {
      await call({ method: 'POST', path: '/api/push/unsubscribe', body: { endpoint }, accessToken });
    },
  };
}
