import {
  matchingIdle,
  reduceMatching,
  type MatchWish,
  type MatchingEffect,
  type MatchingEvent,
  type MatchingState,
} from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import type { Cancel, Clock } from '@/lib/ports';
import type { ClientFrame } from '@/protocol/messages';

export interface MatchingPorts {
  readonly clock: Clock;
  readonly send: (frame: ClientFrame) => void;
  readonly connect: () => void;
  readonly accept: (sessionId: string) => void;
}

export type Matching = Runner<MatchingState, MatchingEvent>;

export function createMatching(ports: MatchingPorts, wish: MatchWish): Matching {
  let cancelRetry: Cancel = () => undefined;
  const perform = (effect: MatchingEffect, send: (event: MatchingEvent) => void): void => {
    switch (effect.type) {
      case 'send':
        return ports.send(effect.frame);
      case 'connect':
        return ports.connect();
      case 'accept':
        return ports.accept(effect.sessionId);
      case 'retry-in':
        cancelRetry();
        cancelRetry = ports.clock.after(effect.ms, () => send({ type: 'retry-due' }));
        return;
      case 'retry-off':
        return cancelRetry();
      default:
        return effect satisfies never;
    }
  };
  return runMachine(matchingIdle(wish), reduceMatching, perform);
}
