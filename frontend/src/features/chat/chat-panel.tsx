import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';

import type { Chat } from './chat';
import type { Line } from './machine';
import { useChat } from './use-chat';

import { SendIcon } from '@/components/ui/icons';
import type { Clock } from '@/lib/ports';

export interface ChatPanelProps {
  readonly chat: Chat;
  readonly clock: Clock;
  readonly partner: string;
}

export function ChatPanel({ chat, clock, partner }: ChatPanelProps) {
  const { lines, say, again, fits } = useChat(chat, clock);
  return (
    <>
      <Log lines={lines} partner={partner} onAgain={again} />
      <Composer onSay={say} fits={fits} />
    </>
  );
}

interface LogProps {
  readonly lines: readonly Line[];
  readonly partner: string;
  readonly onAgain: (n: number) => void;
}

/** New lines are read out by themselves: a log is polite. The newest one stays in view. */
function Log({ lines, partner, onAgain }: LogProps) {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines.length]);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled log must be reachable by keyboard
    <div ref={log} className="chat-log" role="log" aria-label="Chat" tabIndex={0}>
      {lines.length === 0 && <p className="chat-empty">Say hello to {partner}. The chat is kept for a day, then deleted.</p>}
      {lines.map((line) => (
        <Bubble key={line.key} line={line} partner={partner} onAgain={onAgain} />
      ))}
    </div>
  );
}

function Bubble({ line, partner, onAgain }: { readonly line: Line; readonly partner: string; readonly onAgain: (n: number) => void }) {
  return (
    <div className={line.mine ? 'bubble bubble-mine' : 'bubble'}>
      <span className="sr-only">{line.mine ? 'You: ' : `${partner}: `}</span>
      <span className="bubble-text" dir="auto">{line.text}</span>
      {line.delivery === 'sending' && <span className="bubble-fate">Sending…</span>}
      {line.delivery === 'failed' && (
        <Button className="bubble-fate bubble-again" onPress={() => onAgain(line.n)}>
          Not delivered. Try again
        </Button>
      )}
    </div>
  );
}

function Composer({ onSay, fits }: { readonly onSay: (text: string) => void; readonly fits: (text: string) => boolean }) {
  const [text, setText] = useState('');
  const ready = text.trim() !== '' && fits(text);
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!ready) return;
    onSay(text);
    setText('');
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      <TextField className="composer-field" value={text} onChange={setText} isInvalid={!fits(text)}>
        <Label className="sr-only">Message</Label>
        <Input className="input composer-input" placeholder="Write a message" autoComplete="off" enterKeyHint="send" />
      </TextField>
      <Button className="composer-send" type="submit" aria-label="Send" isDisabled={!ready}>
        <SendIcon />
      </Button>
      {!fits(text) && <p className="field-problem composer-problem">That is too long: 2,000 characters at most.</p>}
    </form>
  );
}
