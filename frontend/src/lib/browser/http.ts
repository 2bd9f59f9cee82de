import { isRecord } from '@/lib/browser/drawer';
import { errorCode, type ErrorCode } from '@/lib/core/problem';
import { ApiError } from '@/lib/ports';

/** An answer later than this counts as none. */
const ANSWER_LIMIT_MS = 10_000;

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly accessToken?: string;
  readonly limitMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** How the server is reached, and which loading of the page asks. */
export interface Way {
  readonly fetcher: typeof fetch;
  readonly trace: string;
}

/** Asks the server and takes its answer apart. Throws `ApiError` for every refusal. */
export async function ask({ fetcher, trace }: Way, { method, path, body, accessToken, limitMs = ANSWER_LIMIT_MS }: Ask): Promise<Answer> {
  const headers = new Headers({ accept: 'application/json', 'x-sc-trace': trace });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`);
  const init: RequestInit = {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(limitMs),
  };
  const { status, text } = await exchange(fetcher, path, init);
  const answer = parsed(text);
  if (status < 200 || status > 299) throw refusal(answer, status, trace);
  return { status, body: answer, text };
}

/** An answer that breaks off is none: what it said cannot be known. */
async function exchange(fetcher: typeof fetch, path: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetcher(path, init);
    return { status: response.status, text: await response.text() };
  } catch {
    throw new ApiError('offline', 'Speed Connect cannot be reached. Check your connection and try again.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
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
function refusal(answer: unknown, status: number, trace: string): ApiError {
  const error = isRecord(answer) ? answer['error'] : undefined;
  if (isRecord(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string') {
    const seconds = error['retryAfterSeconds'];
    return new ApiError(errorCode(error['code']), error['message'], typeof seconds === 'number' ? seconds : undefined, trace);
  }
  return new ApiError(CODE_BY_STATUS[status] ?? 'internal', 'That did not work. Try again in a moment.', undefined, trace);
}

export function malformed(): ApiError {
  return new ApiError('internal', 'The answer of the server makes no sense. Try again in a moment.');
}
