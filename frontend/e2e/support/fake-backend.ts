import type { BrowserContext, WebSocketRoute } from '@playwright/test';

import { FakeServer } from '../../src/testing/fake-server';

/** Answers a context's REST calls and sockets from memory. */
export async function serveFake(context: BrowserContext, server: FakeServer): Promise<void> {
  await context.route('**/api/**', async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname;
    const json = (status: number, body: unknown) => route.fulfill({ status, json: body });
    if (path === '/api/login') {
      const { nickname } = request.postDataJSON() as { nickname?: string };
      const { userId, token, nickname: name } = server.login(nickname ?? 'Guest');
      return json(200, { token, accessToken: token, expiresIn: 300, deviceId: 'device', user: { userId, nickname: name, tags: [] } });
    }
    if (path === '/api/auth/refresh') {
      const { userId } = request.postDataJSON() as { userId: string };
      return json(200, { accessToken: `token.${userId}`, expiresIn: 300 });
    }
    const token = (request.headers()['authorization'] ?? '').replace('Bearer ', '');
    const ticket = server.ticket(token);
    if (ticket === undefined) return json(401, { error: { code: 'unauthorized', message: 'Sign in again.' } });
    return json(200, { ticket, expiresIn: 30, url: '/ws' });
  });
  await context.routeWebSocket('**/ws', (socket: WebSocketRoute) => {
    const [, ticket = ''] = socket.protocols().map((protocol) => protocol.replace(/^ticket\./u, ''));
    const connection = server.connect(ticket, (text) => socket.send(text));
    socket.onMessage((message) => connection.hear(String(message)));
    socket.onClose(() => connection.gone());
  });
}
