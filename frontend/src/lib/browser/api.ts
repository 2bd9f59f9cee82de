import { isRecord } from '@/lib/browser/drawer';
import { errorCode, type ErrorCode } from '@/lib/core/problem';
import { ApiError, type Api, type Clock, type Identity } from '@/lib/ports';

/** An answer later than this counts as none. */
const ANSWER_LIMIT_MS = 10_000;

export function createApi(clock: Clock, fetcher: typeof fetch = (...args) => fetch(...args)): Api {
  const post = async (path: string, body: object, accessToken?: string): Promise<unknown> => {
    const response = await request(fetcher, path, body, accessToken);
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusal(answer, response.status);
    return answer;
  };
  const expiry = (seconds: number): number => clock.now() + seconds * 1000;

  return {
    login: async (wish) => {
      const answer = await post('/api/login', { ...wish });
      if (!isLogin(answer)) throw malformed();
      return {
        userId: answer.user.userId,
        nickname: answer.user.nickname,
        accessToken: answer.accessToken,
        expiresAtMs: expiry(answer.expiresIn),
      };
    },
    refresh: async (identity: Identity) => {
      const answer = await post('/api/auth/refresh', { userId: identity.userId });
      if (!isRefreshed(answer)) throw malformed();
      return { ...identity, accessToken: answer.accessToken, expiresAtMs: expiry(answer.expiresIn) };
    },
    ticket: async (accessToken) => {
      const answer = await post('/api/auth/ws-ticket', {}, accessToken);
      if (!isTicket(answer)) throw malformed();
      return { ticket: answer.ticket, url: answer.url };
    },
  };
}

async function request(fetcher: typeof fetch, path: string, body: object, accessToken?: string): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
  if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`);
  const init: RequestInit = {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  };
  try {
    return await fetcher(path, init);
  } catch {
    throw new ApiError('offline', 'Speed Connect cannot be reached. Check your connection and try again.');
  }
}

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'gone',
  413: 'too_large',
  429: 'rate_limited',
  503: 'unavailable',
};

/** A gateway in front of the server answers in its own words: then the status has to do. */
function refusal(answer: unknown, status: number): ApiError {
  const error = isRecord(answer) ? answer['error'] : undefined;
  if (isRecord(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string') {
    const seconds = error['retryAfterSeconds'];
    return new ApiError(errorCode(error['code']), error['message'], typeof seconds === 'number' ? seconds : undefined);
  }
  return new ApiError(CODE_BY_STATUS[status] ?? 'internal', 'That did not work. Try again in a moment.');
}

function malformed(): ApiError {
  return new ApiError('internal', 'The answer of the server makes no sense. Try again in a moment.');
}

interface Refreshed {
  readonly accessToken: string;
  readonly expiresIn: number;
}

function isRefreshed(value: unknown): value is Refreshed {
  return isRecord(value) && typeof value['accessToken'] === 'string' && typeof value['expiresIn'] === 'number';
}

function isLogin(value: unknown): value is Refreshed & { readonly user: { readonly userId: string; readonly nickname: string } } {
  if (!isRefreshed(value) || !('user' in value)) return false;
  const { user } = value;
  return isRecord(user) && typeof user['userId'] === 'string' && typeof user['nickname'] === 'string';
}

function isTicket(value: unknown): value is { readonly ticket: string; readonly url: string } {
  return isRecord(value) && typeof value['ticket'] === 'string' && typeof value['url'] === 'string';
}
