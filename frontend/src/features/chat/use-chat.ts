import type { Chat } from './chat';

import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';

/** The chat's lines and what can be done in it. */
export function useChat(chat: Chat, clock: Clock) {
  const { lines, unread, reactions } = useRunner(chat);
  return {
    lines,
    unread,
    reactions,
    say: (text: string) => chat.send({ type: 'say', text, nowMs: clock.now() }),
    again: (n: number) => chat.send({ type: 'again', n }),
    react: (emoji: string) => chat.send({ type: 'react', emoji }),
    view: (inView: boolean) => chat.send({ type: 'viewed', inView }),
  };
}
