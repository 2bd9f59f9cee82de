import type { Blocks } from './blocks';
import { blocksProblemText } from './core/words';

import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { ProblemNotice } from '@/components/ui/notice';
import { useRunner } from '@/lib/use-runner';

/** Asked once more: a call that goes on ends by it. */
export function BlockDialog({ blocks }: { readonly blocks: Blocks }) {
  const { asks } = useRunner(blocks);
  const close = (): void => blocks.send({ type: 'close' });
  const name = asks?.whom.nickname ?? '';
  return (
    <Dialog title={`Block ${name}?`} question open={asks !== undefined} onClose={close}>
      <div className="dialog-body">
        <p>
          You two never meet again, cannot ring each other, and are no friends any more. A call that goes on ends. {name} is not told.
        </p>
        <p className="field-hint">You can take it back later: Account, Privacy.</p>
        {asks?.problem !== undefined && <ProblemNotice problem={asks.problem} text={blocksProblemText} />}
        <div className="dialog-ways">
          <Button look="quiet" onPress={close}>
            Do not block
          </Button>
          <Button look="danger" pending={asks?.busy ?? false} refused={asks?.problem} onPress={() => blocks.send({ type: 'block' })}>
            Block
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
