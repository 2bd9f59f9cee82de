import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';

/** A line as it is shown. */
export interface LogLine {
  readonly key: string;
  /** The sender's own count. */
  readonly n: number;
  readonly text: string;
  readonly delivery: 'sending' | 'sent' | 'failed';
}

export interface ChatLogProps<Line extends LogLine> {
  readonly lines: readonly Line[];
  /** Who has said it; nothing of one's own. */
  readonly from: (line: Line) => string | undefined;
  /** Whether names are seen as well as heard: where more than two talk. */
  readonly named: boolean;
  /** What stands there before anything was said. */
  readonly empty: string;
  readonly onAgain: (n: number) => void;
}

/** New lines are read out by themselves: a log is polite. The newest one stays in view. */
export function ChatLog<Line extends LogLine>({ lines, from, named, empty, onAgain }: ChatLogProps<Line>) {
  const log = useRef<HTMLDivElement>(null);
  const newest = lines.at(-1)?.key;
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [newest]);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled log must be reachable by keyboard
    <div ref={log} className="chat-log" role="log" aria-label="Chat" tabIndex={0}>
      {lines.length === 0 && <p className="chat-empty">{empty}</p>}
      {lines.map((line) => (
        <Bubble key={line.key} line={line} from={from(line)} named={named} onAgain={onAgain} />
      ))}
    </div>
  );
}

interface BubbleProps extends Pick<ChatLogProps<LogLine>, 'named' | 'onAgain'> {
  readonly line: LogLine;
  readonly from: string | undefined;
}

function Bubble({ line: { n, text, delivery }, from, named, onAgain }: BubbleProps) {
  return (
    <div className={from === undefined ? 'bubble bubble-mine' : 'bubble'}>
      {from !== undefined && named ? <span className="bubble-from">{from}</span> : <span className="sr-only">{from ?? 'You'}: </span>}
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
