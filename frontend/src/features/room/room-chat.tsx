import { SILENT, type Talk } from './core/talk';
import type { Room } from './room';

import { ChatLog } from '@/components/ui/chat-log';
import { Composer } from '@/components/ui/composer';
import { EmojiPicker } from '@/components/ui/emoji-picker';
import { useRunner } from '@/lib/use-runner';

export function useTalk(room: Room): Talk {
  const state = useRunner(room);
  return 'talk' in state ? state.talk : SILENT;
}

const EMPTY = 'Say hello to everybody. The chat is kept on these pages only, and gone when the room is.';

/** What is said in the room. */
export function RoomChat({ room }: { readonly room: Room }) {
  const { lines } = useTalk(room);
  return (
    <>
      <ChatLog
        lines={lines}
        from={({ from, nickname }) => (from === undefined ? undefined : nickname)}
        named
        empty={EMPTY}
        onAgain={(n) => room.send({ type: 'say-again', n })}
      />
      <Composer placeholder="Write to everybody" onSay={(text) => room.send({ type: 'say', text })} />
    </>
  );
}

/** A button that opens a short row of emoji above itself. */
export function RoomReactions({ room }: { readonly room: Room }) {
  return <EmojiPicker onChoose={(emoji) => room.send({ type: 'react', emoji })} />;
}

/** Reactions rise over the pictures, with who they are from. */
export function RoomFloating({ room }: { readonly room: Room }) {
  const { reactions } = useTalk(room);
  return (
    <div className="floating" aria-hidden="true">
      {reactions.map(({ key, emoji, nickname }) => (
        <span key={key} className={`floating-emoji floating-${key % 4}`}>
          {emoji}
          <span className="floating-name">{nickname}</span>
        </span>
      ))}
    </div>
  );
}
