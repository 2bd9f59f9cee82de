import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';

import { MESSAGE_LENGTH_MAX, SILENT, type Line, type Talk } from './core/talk';
import type { Room } from './room';

import { EmojiPicker } from '@/components/ui/emoji-picker';
import { SendIcon } from '@/components/ui/icons';
import { lengthOf } from '@/lib/core/text';
import { useRunner } from '@/lib/use-runner';

export function useTalk(room: Room): Talk {
  const state = useRunner(room);
  return 'talk' in state ? state.talk : SILENT;
}

/** What is said in the room. New lines are read out by themselves: a log is polite. */
export function RoomChat({ room }: { readonly room: Room }) {
  const { lines } = useTalk(room);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines.length]);
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled log must be reachable by keyboard */}
      <div ref={log} className="chat-log" role="log" aria-label="Chat" tabIndex={0}>
        {lines.length === 0 && <p className="chat-empty">Say hello to everybody. The chat is kept on these pages only, and gone when the room is.</p>}
        {lines.map((line) => (
          <Bubble key={line.key} line={line} onAgain={(n) => room.send({ type: 'say-again', n })} />
        ))}
      </div>
      <Composer onSay={(text) => room.send({ type: 'say', text })} />
    </>
  );
}

function Bubble({ line: { from, nickname, text, n, delivery }, onAgain }: { readonly line: Line; readonly onAgain: (n: number) => void }) {
  return (
    <div className={from === undefined ? 'bubble bubble-mine' : 'bubble'}>
      {from === undefined ? <span className="sr-only">You: </span> : <span className="bubble-from">{nickname}</span>}
      <span className="bubble-text" dir="auto">
        {text}
      </span>
      {delivery === 'sending' && <span className="bubble-fate">Sending…</span>}
      {delivery === 'failed' && (
        <Button className="bubble-fate bubble-again" onPress={() => onAgain(n)}>
          Not delivered. Try again
        </Button>
      )}
    </div>
  );
}

function Composer({ onSay }: { readonly onSay: (text: string) => void }) {
  const [text, setText] = useState('');
  const fits = lengthOf(text.trim()) <= MESSAGE_LENGTH_MAX;
  const ready = text.trim() !== '' && fits;
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!ready) return;
    onSay(text);
    setText('');
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      <TextField className="composer-field" value={text} onChange={setText} isInvalid={!fits}>
        <Label className="sr-only">Message</Label>
        <Input className="input composer-input" placeholder="Write to everybody" autoComplete="off" enterKeyHint="send" />
      </TextField>
      <Button className="composer-send" type="submit" aria-label="Send" isDisabled={!ready}>
        <SendIcon />
      </Button>
      {!fits && <p className="field-problem composer-problem">That is too long: 2,000 characters at most.</p>}
    </form>
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
