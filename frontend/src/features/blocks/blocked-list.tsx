import { useEffect } from 'react';

import type { Blocks } from './blocks';
import { blocksProblemText } from './core/words';

import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { ProblemNotice } from '@/components/ui/notice';
import { dayText } from '@/lib/core/when-text';
import type { Clock } from '@/lib/ports';
import { useRunner } from '@/lib/use-runner';

/** Whom somebody has blocked, and the way back. */
export function BlockedList({ blocks, clock }: { readonly blocks: Blocks; readonly clock: Clock }) {
  const { list, problem, freeing, trouble } = useRunner(blocks);
  useEffect(() => blocks.send({ type: 'look' }), [blocks]);
  return (
    <section className="blocked" aria-labelledby="blocked">
      <h3 id="blocked">Blocked people</h3>
      {list === undefined && problem === undefined && <p role="status">One moment…</p>}
      {problem !== undefined && <ProblemNotice problem={problem} text={blocksProblemText} />}
      {list?.length === 0 && <p className="field-hint">You have blocked nobody. “Block” stands in every call, and beside every past one.</p>}
      {list !== undefined && list.length > 0 && (
        <ul className="people-list" aria-label="Blocked people">
          {list.map(({ blockId, nickname, createdAt }) => (
            <li key={blockId} className="person">
              <span className="person-face">
                <Avatar name={nickname} />
              </span>
              <div className="person-words">
                <p className="person-name">{nickname}</p>
                <p className="person-detail">Blocked · {dayText(createdAt, clock.now())}</p>
              </div>
              <div className="person-ways">
                <Button look="quiet" pending={freeing.includes(blockId)} onPress={() => blocks.send({ type: 'unblock', blockId })}>
                  Unblock
                  <span className="sr-only"> {nickname}</span>
                </Button>
              </div>
              {trouble?.blockId === blockId && <ProblemNotice problem={trouble.problem} text={blocksProblemText} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
