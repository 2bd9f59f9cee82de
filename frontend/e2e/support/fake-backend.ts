import type { BrowserContext, WebSocketRoute } from '@playwright/test';

import { answerRest } from '../../src/testing/fake-rest';
import { FakeServer } from '../../src/testing/fake-server';

let browsers = 0;

/** Answers a context's REST calls and sockets from memory. */
export async function serveFake(context: BrowserContext, server: FakeServer): Promise<void> {
  browsers += 1;
  const browser = `context-${browsers}`;
  await context.route('**/api/**', async (route) => {
    const request = route.request();
    const body = (request.postDataJSON() ?? {}) as Record<string, unknown>;
    const bearer = request.headers()['authorization']?.replace('Bearer ', '');
    const { pathname, search } = new URL(request.url());
    const path = `${pathname}${search}`;
    const answer = answerRest(server, { browser, method: request.method(), path, bearer, body });
    const { status } = answer;
    return answer.body === undefined ? route.fulfill({ status }) : route.fulfill({ status, json: answer.body });
  });
  await context.routeWebSocket('**/ws', (socket: WebSocketRoute) => {
    const [, ticket = ''] = socket.protocols().map((protocol) => protocol.replace(/^ticket\./u, ''));
    const connection = server.connect(ticket, (text) => socket.send(text));
    socket.onMessage((message) => connection.hear(String(message)));
    socket.onClose(() => connection.gone());
  });
}
