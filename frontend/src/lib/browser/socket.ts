import type { OpenSocket } from '@/lib/ports';

export const openBrowserSocket: OpenSocket = (url, protocols, handlers) => {
  const socket = new WebSocket(absolute(url), [...protocols]);
  socket.addEventListener('open', () => handlers.onOpen());
  socket.addEventListener('close', () => handlers.onClose(), { once: true });
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') handlers.onText(event.data);
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};

/** The server may name the socket by a path of its own origin. */
function absolute(url: string): string {
  const resolved = new URL(url, location.href);
  resolved.protocol = resolved.protocol.replace(/^http/u, 'ws');
  return resolved.href;
}
