import type { ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';

import { CloseIcon } from './icons';

import type { Connected } from '@/lib/core/safety-words';
import { useSafetyWords } from '@/lib/use-safety-words';

export interface SafetyWordsProps {
  readonly connected: Connected;
  readonly nickname: string;
  /** What to do if the words differ: "end the call". */
  readonly remedy: string;
  /** A button of react-aria, which opens the panel. */
  readonly children: ReactNode;
}

/** A button and the panel that it opens: words for two people to read to each other. Escape closes it. */
export function SafetyWords({ connected, nickname, remedy, children }: SafetyWordsProps) {
  return (
    <DialogTrigger>
      {children}
      <Popover className="popover popover-words" placement="bottom start" containerPadding={12}>
        <Dialog className="safety-panel">
          <div className="safety-head">
            <Heading slot="title" level={2}>
              Safety words with {nickname}
            </Heading>
            <Button slot="close" className="dialog-close" aria-label="Close">
              <CloseIcon />
            </Button>
          </div>
          <p>Read them to each other. If they differ, someone may be listening: {remedy}.</p>
          <Words connected={connected} />
          <p className="safety-note">Every call has new ones, and so has a page that is reloaded.</p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Words({ connected }: Pick<SafetyWordsProps, 'connected'>) {
  const words = useSafetyWords(connected);
  return (
    <div className="safety-words" aria-live="polite">
      {words === undefined ? (
        'One moment…'
      ) : (
        <ol aria-label="Safety words">
          {words.map((word, place) => (
            <li key={place}>{word}</li>
          ))}
        </ol>
      )}
    </div>
  );
}
