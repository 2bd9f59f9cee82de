import type { FakePerson } from './fake-accounts';
import type { FakeServer } from './fake-server';

export interface FakeRequest {
  /** Whose cookies come with it. */
  readonly browser: string;
  readonly method: string;
  readonly path: string;
  readonly bearer: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The REST routes of the contract, over a server in memory. */
export function answerRest(server: FakeServer, request: FakeRequest): FakeAnswer {
  const { browser, body, path } = request;
  server.asked.push(request);
  switch (`${request.method} ${path}`) {
    case 'POST /api/login':
      if (typeof body['email'] === 'string') return askForLink(server, request, body['email']);
      return server.safety.doorClosed ?? welcome(logIn(server, body));
    case 'POST /api/auth/magic/verify':
      return verify(server, request);
    case 'POST /api/auth/refresh':
      return refresh(server, request);
    case 'POST /api/auth/logout':
    case 'POST /api/auth/logout-all':
      if (body['userId'] === undefined) server.accounts.signOut(browser, path.endsWith('-all'));
      return { status: 204, body: undefined };
    default:
      return ofRoom(server, request) ?? ofOneself(server, request);
  }
}

function ofRoom(server: FakeServer, { method, path, bearer, body }: FakeRequest): FakeAnswer | undefined {
  const [, roomId] = /^\/api\/room\/(.+)$/u.exec(path) ?? [];
  const person = server.personOf(bearer);
  if (method === 'POST' && path === '/api/create-room' && person !== undefined) return { status: 201, body: server.rooms.create(person.userId, body) };
  if (roomId === undefined) return undefined;
  const facts = server.rooms.factsOf(roomId);
  return facts === undefined ? refused(404, 'not_found', 'There is no such room any more; ask for a new link, or make a room of your own.') : { status: 200, body: facts };
}

function ofOneself(server: FakeServer, { method, path, bearer, body }: FakeRequest): FakeAnswer {
  const person = server.personOf(bearer);
  if (person === undefined) return refused(401, 'unauthorized', 'Sign in again.');
  const proven = !server.accounts.wantsProof;
  switch (`${method} ${path}`) {
    case 'POST /api/auth/ws-ticket':
      if ((person.bannedUntil ?? 0) > server.time()) return banned((person.bannedUntil ?? 0) - server.time());
      return { status: 200, body: { ticket: server.ticket(bearer ?? ''), expiresIn: 30, url: '/ws' } };
    case 'GET /api/users/me':
      return { status: 200, body: { ...person, createdAt: 0 } };
    case 'PUT /api/users/me':
      server.rename(person, body);
      return { status: 200, body: { ...person, createdAt: 0 } };
    case 'GET /api/users/me/export':
      return proven ? { status: 200, body: { profile: person } } : refused(403, 'forbidden', 'Sign in again by mail first.');
    case 'DELETE /api/users/me':
      if (!proven) return refused(403, 'forbidden', 'Sign in again by mail first.');
      server.accounts.erase(person.userId);
      return { status: 202, body: {} };
    case 'GET /api/push/key':
      return { status: 200, body: { publicKey: PUSH_KEY } };
    case 'POST /api/push/subscribe':
      server.accounts.pushes.set(String(body['endpoint']), person.userId);
      return { status: 204, body: undefined };
    case 'POST /api/push/unsubscribe':
      server.accounts.pushes.delete(String(body['endpoint']));
      return { status: 204, body: undefined };
    default:
      return server.safety.ask(person, { method, path, body }) ?? ofFriends(server, person, { method, path, body });
  }
}

/** A point of the curve, so that a real browser takes it. */
const PUSH_KEY = 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM';

/** Friends, requests, past calls, and the directory. */
function ofFriends(server: FakeServer, { userId }: FakePerson, { method, path, body }: Pick<FakeRequest, 'method' | 'path' | 'body'>): FakeAnswer {
  const { friends, accounts } = server;
  const url = new URL(path, 'http://fake');
  const gone = refused(404, 'not_found', 'There is no such request or friend on your list any more.');
  switch (`${method} ${url.pathname}`) {
    case 'GET /api/get-friends':
      return { status: 200, body: friends.listOf(userId) };
    case 'GET /api/users/me/call-history':
      return { status: 200, body: { calls: friends.historyOf(userId) } };
    case 'POST /api/send-friend-request':
      return friends.ask(userId, body) ? { status: 202, body: {} } : gone;
    case 'POST /api/respond-friend-request':
      return friends.answer(userId, String(body['requestId']), body['action'] === 'accept') ? { status: 200, body: {} } : gone;
    case 'GET /api/users/search': {
      const text = (url.searchParams.get('q') ?? '').toLowerCase();
      const found = [...accounts.people.values()].filter((one) => one.findable && one.userId !== userId && one.nickname.toLowerCase().startsWith(text));
      return { status: 200, body: { users: found.map((one) => ({ userId: one.userId, nickname: one.nickname })) } };
    }
    default: {
      const [, whom] = /^DELETE \/api\/friends\/(.+)$/u.exec(`${method} ${url.pathname}`) ?? [];
      if (whom === undefined) return refused(404, 'not_found', 'There is no such thing.');
      return friends.part(userId, whom) ? { status: 204, body: undefined } : gone;
    }
  }
}

function askForLink(server: FakeServer, { browser, bearer, body }: FakeRequest, email: string): FakeAnswer {
  if (server.refuseMail !== undefined) return server.refuseMail;
  const { nickname, tags } = body as { nickname?: string; tags?: readonly string[] };
  const wish = { ...(nickname !== undefined && { nickname }), ...(tags !== undefined && { tags }) };
  server.accounts.ask(browser, email, wish, server.personOf(bearer)?.userId);
  return { status: 202, body: {} };
}

function verify(server: FakeServer, { browser, body }: FakeRequest): FakeAnswer {
  const { token, email, code } = body as { token?: string; email?: string; code?: string };
  const byToken = token !== undefined;
  const mail = server.accounts.find(byToken ? { token } : { email: email ?? '', code: code ?? '' });
  if (mail === undefined) {
    return byToken ? refused(410, 'gone', 'This link is over.') : refused(401, 'unauthorized', 'That code does not fit.');
  }
  if (mail.browser !== browser) {
    return byToken ? { status: 202, body: { code: mail.code } } : refused(401, 'unauthorized', 'That code does not fit.');
  }
  const person = server.accounts.enter(mail, browser, () => logIn(server, mail.wish).userId);
  return person === undefined ? refused(410, 'gone', 'This link is over.') : welcome(person);
}

function refresh(server: FakeServer, { browser, body }: FakeRequest): FakeAnswer {
  const { userId = server.accounts.signedIn(browser) } = body as { userId?: string };
  if (userId === undefined || !server.accounts.people.has(userId)) return refused(401, 'unauthorized', 'Sign in again.');
  return { status: 200, body: { userId, accessToken: `token.${userId}`, expiresIn: 300 } };
}

function logIn(server: FakeServer, { nickname, tags }: { readonly nickname?: unknown; readonly tags?: unknown }): FakePerson {
  const { userId } = server.login(typeof nickname === 'string' ? nickname : 'Guest', Array.isArray(tags) ? (tags as string[]) : []);
  const person = server.accounts.people.get(userId);
  if (person === undefined) throw new Error('a login makes somebody');
  return person;
}

function welcome({ userId, nickname, tags }: FakePerson): FakeAnswer {
  const token = `token.${userId}`;
  const user = { userId, nickname, tags };
  return { status: 200, body: { token, accessToken: token, expiresIn: 300, deviceId: 'device-1', user } };
}

/** What who is banned hears of a socket, and a device that is banned of a sign-in. */
export function banned(leftMs: number): FakeAnswer {
  const message = 'You are banned from meeting people. Your account shows why and until when, and you can appeal once.';
  return refused(403, 'banned', message, Math.ceil(leftMs / 1000));
}

export function refused(status: number, code: string, message: string, retryAfterSeconds?: number): FakeAnswer {
  return { status, body: { error: { code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } } };
}
