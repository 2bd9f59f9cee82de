import { useState } from 'react';
import { Button } from 'react-aria-components';

import { SmileIcon } from '@/components/ui/icons';
import { EMOJI } from '@/lib/core/emoji';

/** A button that opens a short row of emoji above itself. */
export function EmojiPicker({ onChoose }: { readonly onChoose: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const choose = (emoji: string): void => {
    onChoose(emoji);
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
