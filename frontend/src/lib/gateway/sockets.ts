import { parseServerFrame, type Heard } from '@/lib/gateway/parse';
import type { OpenSocket, Socket } from '@/lib/ports';
import type { ClientFrame } from '@/protocol/messages';

/** The subprotocol that the server echoes; the ticket and the trace travel as further ones. */
const SUBPROTOCOL = 'speedconnect.v1';

export interface SocketsHandlers {
  readonly onOpen: (generation: number) => void;
  readonly onHeard: (generation: number, heard: Heard) => void;
  readonly onClose: (generation: number) => void;
}

/** The living sockets by generation; for a short while there may be two. */
export interface Sockets {
  readonly open: (generation: number, url: string, ticket: string) => void;
  readonly say: (generation: number, frame: ClientFrame) => boolean;
  /** Closes without a word: nothing more is heard from that socket. */
  readonly drop: (generation: number) => void;
  readonly dropOlder: (generation: number) => void;
}

export function createSockets(openSocket: OpenSocket, trace: string, handlers: SocketsHandlers): Sockets {
  const sockets = new Map<number, Socket>();

  const hear = (generation: number, text: string): void => {
    if (sockets.has(generation)) handlers.onHeard(generation, parseServerFrame(text));
  };

  const drop = (generation: number): void => {
    const socket = sockets.get(generation);
    sockets.delete(generation);
    socket?.close();
  };

  return {
    open: (generation, url, ticket) => {
      const socket = openSocket(url, [SUBPROTOCOL, `ticket.${ticket}`, `trace.${trace}`], {
        onOpen: () => handlers.onOpen(generation),
        onText: (text) => hear(generation, text),
        onClose: () => {
          if (sockets.delete(generation)) handlers.onClose(generation);
        },
      });
      sockets.set(generation, socket);
    },
    say: (generation, frame) => {
      const socket = sockets.get(generation);
      socket?.send(JSON.stringify({ ...frame, trace }));
      return socket !== undefined;
    },
    drop,
    dropOlder: (than) => {
      for (const generation of [...sockets.keys()]) if (generation < than) drop(generation);
    },
  };
}
