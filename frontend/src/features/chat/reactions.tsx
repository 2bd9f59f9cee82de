import type { Chat } from './chat';
import { useChat } from './use-chat';

import { EmojiPicker } from '@/components/ui/emoji-picker';
import type { Clock } from '@/lib/ports';

export interface ReactionsProps {
  readonly chat: Chat;
  readonly clock: Clock;
}

/** Reacts to the partner. */
export function ReactionPicker({ chat, clock }: ReactionsProps) {
  return <EmojiPicker onChoose={useChat(chat, clock).react} />;
}

/** Reactions rise over the picture and are gone. */
export function FloatingReactions({ chat, clock }: ReactionsProps) {
  const { reactions } = useChat(chat, clock);
  return (
    <div className="floating" aria-hidden="true">
      {reactions.map(({ key, emoji, mine }) => (
        <span key={key} className={`floating-emoji floating-${key % 4}${mine ? ' floating-mine' : ''}`}>
          {emoji}
        </span>
      ))}
    </div>
  );
}
