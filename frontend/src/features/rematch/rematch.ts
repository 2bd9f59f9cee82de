import { NO_REMATCH, reduceRematch, type RematchEffect, type RematchEvent, type RematchState, type RematchTimer } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import type { Clock } from '@/lib/ports';
import { createTimers } from '@/lib/timers';
import type { ClientFrame } from '@/protocol/messages';

export interface RematchPorts {
  readonly clock: Clock;
  /** The server's time in Unix milliseconds. */
  readonly serverNow: () => number;
  readonly send: (frame: ClientFrame) => void;
  readonly connect: () => void;
}

export type Rematch = Runner<RematchState, RematchEvent>;

export function createRematch(ports: RematchPorts): Rematch {
  const timers = createTimers<RematchTimer>(ports.clock, (timer) => runner.send({ type: 'due', timer, now: ports.serverNow() }));
  const perform = (effect: RematchEffect): void => {
    switch (effect.type) {
      case 'send':
        return ports.send(effect.frame);
      case 'connect':
        return ports.connect();
      case 'timer':
        return timers.set(effect.timer, effect.ms);
      case 'timer-off':
        return timers.clear(effect.timer);
      case 'timers-off':
        return timers.clearAll();
      default:
        return effect satisfies never;
    }
  };
  const runner = runMachine(NO_REMATCH, reduceRematch, perform);
  return runner;
}
