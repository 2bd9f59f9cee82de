import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { BlockEntry, BlockRequest } from '@/protocol/messages';

/** Somebody who may be blocked, by themself or as the partner of a call. */
export interface Whom {
  readonly who: BlockRequest;
  readonly nickname: string;
}

export interface BlocksState {
  /** Whose list it is; absent while nobody is in. */
  readonly userId?: string;
  /** Absent until the server has told it. */
  readonly list?: readonly BlockEntry[];
  readonly loading: boolean;
  /** Something has changed while the list was on its way. */
  readonly stale: boolean;
  readonly problem?: Problem;
  /** Whom it is asked about once more. */
  readonly asks?: { readonly whom: Whom; readonly busy: boolean; readonly problem?: Problem };
  /** Who is about to be let go. */
  readonly freeing: readonly string[];
  /** Why somebody was not let go. */
  readonly trouble?: { readonly blockId: string; readonly problem: Problem };
  /** In which calls the partner was blocked. */
  readonly sessions: readonly string[];
}

export type BlocksEvent =
  | { readonly type: 'belong'; readonly userId: string }
  | { readonly type: 'forget' }
  | { readonly type: 'look' }
  | { readonly type: 'looked'; readonly userId: string; readonly list: readonly BlockEntry[] }
  | { readonly type: 'look-failed'; readonly userId: string; readonly problem: Problem }
  | { readonly type: 'ask'; readonly whom: Whom }
  | { readonly type: 'close' }
  | { readonly type: 'block' }
  /** By us, or along with a report. */
  | { readonly type: 'blocked'; readonly who: BlockRequest }
  | { readonly type: 'block-refused'; readonly who: BlockRequest; readonly problem: Problem }
  | { readonly type: 'unblock'; readonly blockId: string }
  | { readonly type: 'unblocked'; readonly blockId: string }
  | { readonly type: 'unblock-refused'; readonly blockId: string; readonly problem: Problem };

export type BlocksEffect =
  | { readonly type: 'load'; readonly userId: string }
  | { readonly type: 'block'; readonly whom: Whom }
  | { readonly type: 'unblock'; readonly blockId: string };

type BlocksStep = Step<BlocksState, BlocksEffect>;

export const NO_BLOCKS: BlocksState = { loading: false, stale: false, freeing: [], sessions: [] };

export function reduceBlocks(state: BlocksState, event: BlocksEvent): BlocksStep {
  switch (event.type) {
    case 'belong':
      return state.userId === event.userId ? step(state) : step({ ...NO_BLOCKS, userId: event.userId });
    case 'forget':
      return state.userId === undefined ? step(state) : step(NO_BLOCKS);
    case 'look':
      return look(state);
    case 'looked':
      return event.userId === state.userId ? loaded(without(state, 'problem'), { list: event.list }) : step(state);
    case 'look-failed':
      return event.userId === state.userId ? loaded(state, { problem: event.problem }) : step(state);
    case 'ask':
      return state.asks?.busy === true ? step(state) : step({ ...state, asks: { whom: event.whom, busy: false } });
    case 'close':
      return state.asks?.busy === true ? step(state) : step(without(state, 'asks'));
    case 'block':
    case 'blocked':
    case 'block-refused':
      return blocking(state, event);
    case 'unblock':
    case 'unblocked':
    case 'unblock-refused':
      return freeing(state, event);
    default:
      return event satisfies never;
  }
}

function look(state: BlocksState): BlocksStep {
  const { userId } = state;
  if (userId === undefined) return step(state);
  if (state.loading) return step({ ...state, stale: true });
  return step<BlocksState, BlocksEffect>({ ...state, loading: true, stale: false }, { type: 'load', userId });
}

function loaded(state: BlocksState, news: Pick<BlocksState, 'list' | 'problem'>): BlocksStep {
  const after = { ...state, ...news, loading: false };
  return state.stale ? look(after) : step(after);
}

function blocking(state: BlocksState, event: BlocksEvent & { type: 'block' | 'blocked' | 'block-refused' }): BlocksStep {
  const { asks } = state;
  switch (event.type) {
    case 'block':
      if (asks === undefined || asks.busy) return step(state);
      return step<BlocksState, BlocksEffect>({ ...state, asks: { whom: asks.whom, busy: true } }, { type: 'block', whom: asks.whom });
    case 'blocked': {
      const { sessionId } = event.who;
      const noted = sessionId === undefined ? state : { ...state, sessions: [...state.sessions, sessionId] };
      const done = asks?.whom.who === event.who ? without(noted, 'asks') : noted;
      return done.list === undefined ? step(done) : look(done);
    }
    case 'block-refused':
      return asks?.whom.who === event.who ? step({ ...state, asks: { whom: asks.whom, busy: false, problem: event.problem } }) : step(state);
    default:
      return event satisfies never;
  }
}

function freeing(state: BlocksState, event: BlocksEvent & { type: 'unblock' | 'unblocked' | 'unblock-refused' }): BlocksStep {
  const { blockId } = event;
  const rest = state.freeing.filter((one) => one !== blockId);
  const clear = without(state, 'trouble');
  switch (event.type) {
    case 'unblock':
      if (state.freeing.includes(blockId)) return step(state);
      return step<BlocksState, BlocksEffect>({ ...clear, freeing: [...rest, blockId] }, { type: 'unblock', blockId });
    case 'unblocked': {
      const list = state.list?.filter((entry) => entry.blockId !== blockId);
      return look({ ...clear, freeing: rest, ...(list !== undefined && { list }) });
    }
    case 'unblock-refused':
      return step({ ...state, freeing: rest, trouble: { blockId, problem: event.problem } });
    default:
      return event satisfies never;
  }
}

function without(state: BlocksState, key: 'problem' | 'asks' | 'trouble'): BlocksState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name !== key)) as unknown as BlocksState;
}
