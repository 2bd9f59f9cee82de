import { CHAT_SILENT, reduceChat, type ChatEffect, type ChatEvent, type ChatState } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import type { Clock } from '@/lib/ports';
import type { ClientFrame } from '@/protocol/messages';

export interface ChatPorts {
  readonly clock: Clock;
  readonly send: (frame: ClientFrame) => void;
  readonly remember: (sessionId: string, chatN: number) => void;
}

export type Chat = Runner<ChatState, ChatEvent>;

export function createChat(ports: ChatPorts): Chat {
  const perform = (effect: ChatEffect, send: (event: ChatEvent) => void): void => {
    switch (effect.type) {
      case 'send':
        return ports.send(effect.frame);
      case 'remember':
        return ports.remember(effect.sessionId, effect.ownN);
      case 'fade':
        ports.clock.after(effect.ms, () => send({ type: 'faded', key: effect.key }));
        return;
      default:
        return effect satisfies never;
    }
  };
  return runMachine(CHAT_SILENT, reduceChat, perform);
}
