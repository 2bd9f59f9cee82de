import { expect, test } from 'vitest';

import { createApi } from './api';

import { problemText } from '@/lib/core/problem';
import { problemOf, type ApiError } from '@/lib/ports';
import { createFakeClock } from '@/testing/fake-clock';

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

function serverThat(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const sent: Sent[] = [];
  let device: string | undefined;
  const fetcher = (path: unknown, init: RequestInit = {}): Promise<Response> => {
    const [status, body] = answers[sent.length] ?? [500, undefined];
    sent.push({ path: String(path), init });
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }));
  };
  const drawer = {
    load: () => device,
    save: (id: string) => {
      device = id;
    },
    clear: () => undefined,
  };
  const bodies = () => sent.map(({ init }): unknown => (typeof init.body === 'string' ? JSON.parse(init.body) : undefined));
  return { api: createApi(createFakeClock(), drawer, 'fakepagetrace000', fetcher), sent, bodies };
}

const WELCOME = { token: 't', accessToken: 't', expiresIn: 300, deviceId: 'd', user: { userId: 'u', nickname: 'Ada', tags: [] } };

test('what the server calls this browser goes with every later sign-in', async () => {
  const { api, bodies } = serverThat([200, WELCOME], [202, {}], [202, { code: 'K7QD0001' }]);
  await api.login({ tags: [] });
  await api.askForLink({ email: 'a@b.c', tags: [] });
  await expect(api.openLink('secret')).resolves.toEqual({ kind: 'elsewhere', code: 'K7QD0001' });
  expect(bodies()).toEqual([{ tags: [] }, { email: 'a@b.c', tags: [], deviceId: 'd' }, { token: 'secret', deviceId: 'd' }]);
});

test('no secret stands in an address, and cookies go to our own origin alone', async () => {
  const { api, sent } = serverThat([200, WELCOME], [204, undefined]);
  const opened = await api.openLink('secret');
  if (opened.kind === 'in') await api.logOut(opened.identity, true);
  expect(sent.map(({ path }) => path)).toEqual(['/api/auth/magic/verify', '/api/auth/logout-all']);
  expect(sent.map(({ init }) => init.credentials)).toEqual(['same-origin', 'same-origin']);
  expect(sent.map(({ init }) => init.body)).toEqual(['{"token":"secret"}', '{}']);
});

test('a gateway that answers in its own words is understood by its status', async () => {
  const { api } = serverThat([410, 'Gone']);
  await expect(api.openLink('old')).rejects.toMatchObject({ code: 'gone' } satisfies Partial<ApiError>);
});

test('every request says which loading of the page asks, and a failure on our side says it to the person', async () => {
  const { api, sent } = serverThat([503, { error: { code: 'unavailable', message: '' } }], [403, { error: { code: 'banned', message: 'No.' } }]);
  const failed = problemOf(await api.login({ tags: [] }).catch((error: unknown) => error));
  expect(problemText(failed)).toContain('fakepagetrace000');
  const refused = problemOf(await api.login({ tags: [] }).catch((error: unknown) => error));
  expect(problemText(refused)).toBe('No.');
  expect(sent.map(({ init }) => new Headers(init.headers).get('x-sc-trace'))).toEqual(['fakepagetrace000', 'fakepagetrace000']);
});
