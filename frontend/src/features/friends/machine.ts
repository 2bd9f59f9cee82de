import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { CallEntry, FoundUser, FriendAction, FriendRequestRequest, FriendsAnswer } from '@/protocol/messages';

/** Something that is asked of the server about one person. */
export type Errand =
  | { readonly task: 'ask'; readonly whom: FriendRequestRequest }
  | { readonly task: 'answer'; readonly requestId: string; readonly action: FriendAction }
  /** Ends a friendship by the friend's id, or takes a request back by its own. */
  | { readonly task: 'part'; readonly id: string };

/** What became of an errand. */
export type Fate = { readonly phase: 'busy' | 'done' } | { readonly phase: 'refused'; readonly problem: Problem };

export interface Search {
  readonly text: string;
  /** Absent until the server has answered for this text. */
  readonly found?: readonly FoundUser[];
  readonly problem?: Problem;
}

export interface FriendsState {
  /** Whose list it is; absent while nobody is in. */
  readonly userId?: string;
  /** Absent until the server has told them. */
  readonly list?: FriendsAnswer;
  readonly calls?: readonly CallEntry[];
  readonly loading: boolean;
  /** Something has changed while the list was on its way. */
  readonly stale: boolean;
  readonly problem?: Problem;
  readonly fates: Readonly<Record<string, Fate>>;
  readonly search: Search;
  /** The newest call that was looked at, by when it began. */
  readonly seenAt: number;
}

export type FriendsEvent =
  /** Somebody is in, who has looked at the calls up to then. */
  | { readonly type: 'belong'; readonly userId: string; readonly seenAt: number }
  | { readonly type: 'forget' }
  | { readonly type: 'look' }
  | { readonly type: 'looked'; readonly userId: string; readonly list: FriendsAnswer; readonly calls: readonly CallEntry[] }
  | { readonly type: 'look-failed'; readonly userId: string; readonly problem: Problem }
  | { readonly type: 'run'; readonly errand: Errand }
  | { readonly type: 'done'; readonly errand: Errand }
  | { readonly type: 'refused'; readonly errand: Errand; readonly problem: Problem }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'search-due' }
  | { readonly type: 'found'; readonly text: string; readonly users: readonly FoundUser[] }
  | { readonly type: 'search-failed'; readonly text: string; readonly problem: Problem }
  /** The calls are looked at. */
  | { readonly type: 'seen' }
  /** The page is put away: what was said is said. */
  | { readonly type: 'put-away' };

export type FriendsEffect =
  | { readonly type: 'load'; readonly userId: string }
  | { readonly type: 'run'; readonly errand: Errand }
  | { readonly type: 'search-in'; readonly ms: number }
  | { readonly type: 'search-off' }
  | { readonly type: 'search'; readonly text: string }
  | { readonly type: 'remember'; readonly userId: string; readonly seenAt: number };

type FriendsStep = Step<FriendsState, FriendsEffect>;

/** The server looks from two letters on. */
export const SEARCH_FROM = 2;
/** The server is asked when nothing was typed for so long. */
export const SEARCH_PAUSE_MS = 300;

const NO_SEARCH: Search = { text: '' };

export const NO_FRIENDS: FriendsState = { loading: false, stale: false, fates: {}, search: NO_SEARCH, seenAt: 0 };

export function reduceFriends(state: FriendsState, event: FriendsEvent): FriendsStep {
  switch (event.type) {
    case 'belong':
      if (state.userId === event.userId) return step(state);
      return step({ ...NO_FRIENDS, userId: event.userId, seenAt: event.seenAt }, { type: 'search-off' });
    case 'forget':
      return state.userId === undefined ? step(state) : step(NO_FRIENDS, { type: 'search-off' });
    case 'look':
      return look(state);
    case 'looked':
    case 'look-failed':
      return event.userId === state.userId ? looked(state, event) : step(state);
    case 'run':
    case 'done':
    case 'refused':
      return errand(state, event);
    case 'type':
    case 'search-due':
    case 'found':
    case 'search-failed':
      return search(state, event);
    case 'seen':
      return seen(state);
    case 'put-away':
      return step({ ...state, search: NO_SEARCH, fates: only(state.fates, ({ phase }) => phase === 'busy') }, { type: 'search-off' });
    default:
      return event satisfies never;
  }
}

/** What an errand is about; at most one at a time is under way about the same. */
export function keyOf(errand: Errand): string {
  switch (errand.task) {
    case 'ask': {
      const { toUserId, toEmail, sessionId } = errand.whom;
      return `ask ${toUserId ?? sessionId ?? toEmail ?? ''}`;
    }
    case 'answer':
      return `request ${errand.requestId}`;
    case 'part':
      return `part ${errand.id}`;
    default:
      return errand satisfies never;
  }
}

/** Why it was not done, if it was not. */
export function problemOfFate(fate: Fate | undefined): Problem | undefined {
  return fate?.phase === 'refused' ? fate.problem : undefined;
}

export function fateOf(state: FriendsState, errand: Errand): Fate | undefined {
  return state.fates[keyOf(errand)];
}

/** How many things somebody has not looked at: who asks, and calls they missed. */
export function news({ list, calls = [], seenAt }: FriendsState): { readonly asking: number; readonly missed: number } {
  const missed = calls.filter(({ kind, startedAt }) => kind === 'missed' && startedAt > seenAt).length;
  return { asking: list?.incoming.length ?? 0, missed };
}

function look(state: FriendsState): FriendsStep {
  const { userId } = state;
  if (userId === undefined) return step(state);
  if (state.loading) return step({ ...state, stale: true });
  return step({ ...state, loading: true, stale: false }, { type: 'load', userId });
}

function looked(state: FriendsState, event: FriendsEvent & { type: 'looked' | 'look-failed' }): FriendsStep {
  const { fates, search: searching, seenAt, stale, userId } = state;
  const after: FriendsState =
    event.type === 'looked'
      ? { fates, search: searching, seenAt, stale, loading: false, list: event.list, calls: event.calls, ...(userId !== undefined && { userId }) }
      : { ...state, loading: false, problem: event.problem };
  return state.stale ? look(after) : step(after);
}

function errand(state: FriendsState, event: FriendsEvent & { type: 'run' | 'done' | 'refused' }): FriendsStep {
  const key = keyOf(event.errand);
  const fates = (fate: Fate): FriendsState => ({ ...state, fates: { ...state.fates, [key]: fate } });
  switch (event.type) {
    case 'run':
      if (state.fates[key]?.phase === 'busy') return step(state);
      return step(fates({ phase: 'busy' }), { type: 'run', errand: event.errand });
    case 'done':
      return look(fates({ phase: 'done' }));
    case 'refused':
      // What is not there any more is gone from the list as well.
      return look(fates({ phase: 'refused', problem: event.problem }));
    default:
      return event satisfies never;
  }
}

function search(state: FriendsState, event: FriendsEvent & { type: 'type' | 'search-due' | 'found' | 'search-failed' }): FriendsStep {
  const asked = sought(state.search.text);
  switch (event.type) {
    case 'type': {
      const same = sought(event.text) === asked;
      if (same) return step({ ...state, search: { ...state.search, text: event.text } });
      const typed = { ...state, search: { text: event.text } };
      return sought(event.text) === undefined ? step(typed, { type: 'search-off' }) : step(typed, { type: 'search-in', ms: SEARCH_PAUSE_MS });
    }
    case 'search-due':
      return asked === undefined ? step(state) : step(state, { type: 'search', text: asked });
    case 'found':
      return event.text === asked ? step({ ...state, search: { text: state.search.text, found: event.users } }) : step(state);
    case 'search-failed':
      return event.text === asked ? step({ ...state, search: { text: state.search.text, problem: event.problem } }) : step(state);
    default:
      return event satisfies never;
  }
}

/** What the server is asked for, once it is long enough. */
export function sought(text: string): string | undefined {
  const trimmed = text.trim();
  return Array.from(trimmed).length < SEARCH_FROM ? undefined : trimmed;
}

function seen(state: FriendsState): FriendsStep {
  const { userId, calls = [] } = state;
  const seenAt = Math.max(state.seenAt, ...calls.map(({ startedAt }) => startedAt));
  if (userId === undefined || seenAt === state.seenAt) return step(state);
  return step({ ...state, seenAt }, { type: 'remember', userId, seenAt });
}

function only(fates: FriendsState['fates'], keeps: (fate: Fate) => boolean): FriendsState['fates'] {
  return Object.fromEntries(Object.entries(fates).filter(([, fate]) => keeps(fate)));
}
