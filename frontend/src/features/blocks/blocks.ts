import { NO_BLOCKS, reduceBlocks, type BlocksEffect, type BlocksEvent, type BlocksState, type Whom } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api } from '@/lib/ports';

export interface BlocksPorts {
  readonly api: Api;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  /** The server has it: the two never meet again. */
  readonly blocked: (whom: Whom) => void;
}

export type Blocks = Runner<BlocksState, BlocksEvent>;

export function createBlocks({ api, authorised, blocked }: BlocksPorts): Blocks {
  const perform = (effect: BlocksEffect, send: (event: BlocksEvent) => void): void => {
    switch (effect.type) {
      case 'load': {
        const { userId } = effect;
        authorised(api.blocks).then(
          (list) => send({ type: 'looked', userId, list }),
          (error: unknown) => send({ type: 'look-failed', userId, problem: problemOf(error) }),
        );
        return;
      }
      case 'block': {
        const { whom } = effect;
        authorised((token) => api.block(token, whom.who)).then(
          () => {
            send({ type: 'blocked', who: whom.who });
            blocked(whom);
          },
          (error: unknown) => send({ type: 'block-refused', who: whom.who, problem: problemOf(error) }),
        );
        return;
      }
      case 'unblock': {
        const { blockId } = effect;
        authorised((token) => api.unblock(token, blockId)).then(
          () => send({ type: 'unblocked', blockId }),
          (error: unknown) => send({ type: 'unblock-refused', blockId, problem: problemOf(error) }),
        );
        return;
      }
      default:
        effect satisfies never;
    }
  };
  return runMachine(NO_BLOCKS, reduceBlocks, perform);
}
