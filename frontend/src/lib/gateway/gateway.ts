import {
  GATEWAY_CLOSED,
  reduceGateway,
  type GatewayEffect,
  type GatewayState,
  type GatewayTimer,
  type Pulse,
} from '@/lib/gateway/machine';
import { createSockets } from '@/lib/gateway/sockets';
import { runMachine } from '@/lib/machine';
import { ApiError, type Chance, type Clock, type OpenSocket, type Ticket } from '@/lib/ports';
import { createTimers } from '@/lib/timers';
import type { ClientFrame, ServerFrame } from '@/protocol/messages';

export interface GatewayPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly openSocket: OpenSocket;
  /** Goes with every socket and every frame. */
  readonly trace: string;
  /** A new ticket for each socket; signs in or refreshes as needed. Throws `ApiError`. */
  readonly ticket: () => Promise<Ticket>;
  /** The newest chat number heard, so that the server sends only what came after it. */
  readonly lastN: () => number | undefined;
}

export interface Gateway {
  readonly get: () => GatewayState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Frames of every socket that is still alive, in order of arrival. */
  readonly onFrame: (listener: (frame: ServerFrame) => void) => () => void;
  /** False when there is nobody to hear it; the state after the next `connected` heals that. */
  readonly send: (frame: ClientFrame) => boolean;
  readonly want: () => void;
  readonly rest: () => void;
  readonly stop: () => void;
  readonly wake: () => void;
  readonly setPulse: (pulse: Pulse) => void;
  /** How many frames came that this page does not know. */
  readonly unknownFrames: () => number;
}

/** What a page that was superseded heeds; the answers to its pings are none of them. */
const HEARD_IN_SILENCE: ReadonlySet<ServerFrame['event']> = new Set<ServerFrame['event']>(['call-request', 'call-cancelled', 'call-timeout']);

export function createGateway(ports: GatewayPorts): Gateway {
  const listeners = new Set<(frame: ServerFrame) => void>();
  let unknownFrames = 0;

  const sockets = createSockets(ports.openSocket, ports.trace, {
    onOpen: (generation) => runner.send({ type: 'opened', generation }),
    onClose: (generation) => runner.send({ type: 'lost', generation, chance: ports.chance() }),
    onHeard: (generation, heard) => {
      runner.send({ type: 'heard', generation });
      if (heard.kind === 'unknown') unknownFrames += 1;
      if (heard.kind === 'frame') dispatch(generation, heard.frame);
    },
  });

  const dispatch = (generation: number, frame: ServerFrame): void => {
    if (frame.event === 'superseded') {
      runner.send({ type: 'superseded', generation });
      return;
    }
    if (runner.get().superseded && !HEARD_IN_SILENCE.has(frame.event)) return;
    if (frame.event === 'server-draining') {
      runner.send({ type: 'draining', generation });
      return;
    }
    if (frame.event === 'connected') runner.send({ type: 'greeted', generation });
    if (frame.event === 'session-warning') runner.send({ type: 'warned', generation });
    for (const listener of listeners) listener(frame);
  };

  const fetchTicket = (generation: number): void => {
    ports.ticket().then(
      ({ url, ticket }) => runner.send({ type: 'ticket', generation, url, ticket }),
      (error: unknown) => {
        const seconds = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0;
        runner.send({ type: 'ticket-refused', generation, atLeastMs: seconds * 1000, chance: ports.chance() });
      },
    );
  };

  const perform = performer({
    fetchTicket,
    sockets,
    lastN: ports.lastN,
    timers: createTimers<GatewayTimer>(ports.clock, (timer) =>
      runner.send({ type: 'due', timer, chance: ports.chance() }),
    ),
  });
  const runner = runMachine(GATEWAY_CLOSED, reduceGateway, perform);

  return {
    get: runner.get,
    subscribe: runner.subscribe,
    onFrame: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (frame) => {
      const { greeted } = runner.get();
      return greeted !== undefined && sockets.say(greeted, frame);
    },
    want: () => runner.send({ type: 'want' }),
    rest: () => runner.send({ type: 'rest' }),
    stop: () => runner.send({ type: 'stop' }),
    wake: () => runner.send({ type: 'wake' }),
    setPulse: (pulse) => runner.send({ type: 'pulse', pulse }),
    unknownFrames: () => unknownFrames,
  };
}

interface Hands {
  readonly fetchTicket: (generation: number) => void;
  readonly sockets: ReturnType<typeof createSockets>;
  readonly timers: ReturnType<typeof createTimers<GatewayTimer>>;
  readonly lastN: () => number | undefined;
}

function performer(hands: Hands): (effect: GatewayEffect) => void {
  const { sockets, timers } = hands;
  return (effect) => {
    switch (effect.type) {
      case 'fetch-ticket':
        return hands.fetchTicket(effect.generation);
      case 'open':
        return sockets.open(effect.generation, effect.url, effect.ticket);
      case 'hello': {
        const lastN = hands.lastN();
        sockets.say(effect.generation, { action: 'hello', data: lastN === undefined ? {} : { lastN } });
        return;
      }
      case 'ping':
        sockets.say(effect.generation, { action: 'ping', data: {} });
        return;
      case 'drop':
        return sockets.drop(effect.generation);
      case 'drop-older':
        return sockets.dropOlder(effect.generation);
      case 'timer':
        return timers.set(effect.timer, effect.ms);
      case 'timer-off':
        return timers.clear(effect.timer);
      default:
        return effect satisfies never;
    }
  };
}
