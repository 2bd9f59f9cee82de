import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ProfileAnswer } from '@/protocol/messages';

/** What the server keeps of somebody. */
export type Own = ProfileAnswer;

export interface OwnChange {
  readonly nickname: string;
  readonly tags: readonly string[];
  /** Empty for none. */
  readonly language: string;
}

export type Errand =
  | { readonly task: 'load' }
  | { readonly task: 'save'; readonly change: OwnChange }
  | { readonly task: 'hide'; readonly hideIp: boolean }
  | { readonly task: 'show'; readonly findable: boolean }
  | { readonly task: 'export' }
  | { readonly task: 'erase' }
  | { readonly task: 'log-out' }
  | { readonly task: 'log-out-everywhere' };

export type Task = Errand['task'];

export interface AccountState {
  /** Absent until the server has told it, and for who is not in. */
  readonly own?: Own;
  readonly busy?: Errand;
  readonly done?: Task;
  readonly trouble?: { readonly task: Task; readonly problem: Problem };
}

export type AccountEvent =
  | { readonly type: 'ask'; readonly errand: Errand }
  | { readonly type: 'done'; readonly errand: Errand; readonly own?: Own }
  | { readonly type: 'refused'; readonly errand: Errand; readonly problem: Problem }
  /** The page is put away: what was said is said. */
  | { readonly type: 'put-away' }
  /** Somebody else is in, or nobody. */
  | { readonly type: 'forget' };

export type AccountEffect = { readonly type: 'run'; readonly errand: Errand };

export const NOBODY: AccountState = {};

/** One errand at a time; only the look at the profile gives way to what a person asks for. */
export function reduceAccount(state: AccountState, event: AccountEvent): Step<AccountState, AccountEffect> {
  switch (event.type) {
    case 'ask':
      if (state.busy !== undefined && state.busy.task !== 'load') return step(state);
      return step({ ...kept(state), busy: event.errand }, { type: 'run', errand: event.errand });
    case 'done': {
      if (state.busy !== event.errand) return step(state);
      const own = event.own ?? state.own;
      return step({ ...(own && { own }), done: event.errand.task });
    }
    case 'refused':
      if (state.busy !== event.errand) return step(state);
      return step({ ...kept(state), trouble: { task: event.errand.task, problem: event.problem } });
    case 'put-away':
      return state.busy === undefined ? step(kept(state)) : step(state);
    case 'forget':
      return step(NOBODY);
    default:
      return event satisfies never;
  }
}

/** What the switch shows: what was asked for, until the server has refused it. */
export function hidesIp({ own, busy }: AccountState): boolean {
  return busy?.task === 'hide' ? busy.hideIp : (own?.hideIp ?? false);
}

/** The same of being found by one's name. */
export function isFindable({ own, busy }: AccountState): boolean {
  return busy?.task === 'show' ? busy.findable : (own?.findable ?? false);
}

function kept({ own }: AccountState): AccountState {
  return own === undefined ? NOBODY : { own };
}
