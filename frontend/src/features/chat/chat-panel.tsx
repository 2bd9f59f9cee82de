import type { Chat } from './chat';
import { useChat } from './use-chat';

import { ChatLog } from '@/components/ui/chat-log';
import { Composer } from '@/components/ui/composer';
import type { Clock } from '@/lib/ports';

export interface ChatPanelProps {
  readonly chat: Chat;
  readonly clock: Clock;
  readonly partner: string;
}

export function ChatPanel({ chat, clock, partner }: ChatPanelProps) {
  const { lines, say, again } = useChat(chat, clock);
  const empty = `Say hello to ${partner}. The chat is kept for a day, then deleted.`;
  return (
    <>
      <ChatLog lines={lines} from={({ mine }) => (mine ? undefined : partner)} named={false} empty={empty} onAgain={again} />
      <Composer placeholder="Write a message" onSay={say} />
    </>
  );
}
