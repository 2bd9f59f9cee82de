import { useState } from 'react';
import { Button } from 'react-aria-components';

import type { Chat } from './chat';
import { useChat } from './use-chat';

import { SmileIcon } from '@/components/ui/icons';
import { EMOJI } from '@/lib/core/emoji';
import type { Clock } from '@/lib/ports';

export interface ReactionsProps {
  readonly chat: Chat;
  readonly clock: Clock;
}

/** A button that opens a short row of emoji above itself. */
export function ReactionPicker({ chat, clock }: ReactionsProps) {
  const { react } = useChat(chat, clock);
  const [open, setOpen] = useState(false);
  const choose = (emoji: string): void => {
    react(emoji);
    setOpen(false);
  };
  return (
    <div className="reactions">
      {open && (
        <div className="reactions-row" role="group" aria-label="Reactions">
          {EMOJI.map(([emoji, name]) => (
            <Button key={name} className="reactions-emoji" aria-label={`React with ${name}`} onPress={() => choose(emoji)}>
              {emoji}
            </Button>
          ))}
        </div>
      )}
      <Button className="control" onPress={() => setOpen(!open)} aria-expanded={open}>
        <SmileIcon />
        <span className="control-label">React</span>
      </Button>
    </div>
  );
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
