import { NO_RING, reduceRinging, type RingEffect, type RingEvent, type RingState, type Whom } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import type { Cancel, Clock, PlayTone, Tone } from '@/lib/ports';
import { createTimers } from '@/lib/timers';
import type { ClientFrame } from '@/protocol/messages';

export interface RingingPorts {
  readonly clock: Clock;
  /** The server's time in Unix milliseconds. */
  readonly serverNow: () => number;
  readonly send: (frame: ClientFrame) => void;
  /** Makes this page the one that speaks for the person. */
  readonly connect: () => void;
  readonly playTone: PlayTone;
  /** It was too late; `by` tells whether the caller or time has ended it. */
  readonly tell: (what: 'missed' | 'gone', whom: Whom, by: 'end' | 'time') => void;
}

export type Ringing = Runner<RingState, RingEvent>;

export function createRinging(ports: RingingPorts): Ringing {
  const timers = createTimers<'due'>(ports.clock, () => runner.send({ type: 'due', now: ports.serverNow() }));
  const perform = (effect: RingEffect): void => {
    switch (effect.type) {
      case 'send':
        return ports.send(effect.frame);
      case 'connect':
        return ports.connect();
      case 'timer':
        return timers.set('due', effect.ms);
      case 'timer-off':
        return timers.clear('due');
      case 'tell':
        return ports.tell(effect.what, effect.whom, effect.by);
      default:
        return effect satisfies never;
    }
  };
  const runner = runMachine(NO_RING, reduceRinging, perform);
  sound(runner, ports.playTone);
  return runner;
}

/** What is heard follows from what is. */
function sound(runner: Ringing, playTone: PlayTone): void {
  let heard: Tone | undefined;
  let stop: Cancel = () => undefined;
  runner.subscribe(() => {
    const tone = toneOf(runner.get());
    if (tone === heard) return;
    heard = tone;
    stop();
    stop = tone === undefined ? () => undefined : playTone(tone);
  });
}

function toneOf(state: RingState): Tone | undefined {
  if (state.phase === 'calling') return 'ring-back';
  return state.phase === 'incoming' && !state.muted ? 'ring' : undefined;
}
