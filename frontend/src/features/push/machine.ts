import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';

/** `home-screen`: this browser can only when the page was put there and is opened from there. */
export type Support = 'yes' | 'browser' | 'home-screen';
export type Permission = 'granted' | 'denied' | 'default';

/** Why it could not be switched: the browser's push service, or ours. */
export type Trouble = { readonly from: 'browser' } | { readonly from: 'server'; readonly problem: Problem };

/** `renew`: the server is told again, as browsers change their addresses. `drop`: nothing may ring here any more. */
export interface Errand {
  readonly task: 'on' | 'off' | 'renew' | 'drop';
  readonly userId: string;
}

export type PushState =
  /** Nobody is in whom friends could ring with the page closed. */
  | { readonly phase: 'none' }
  | { readonly phase: 'unsupported'; readonly userId: string; readonly why: Exclude<Support, 'yes'> }
  | { readonly phase: 'denied'; readonly userId: string }
  /** `dismissed`: the browser's question was closed without an answer. */
  | { readonly phase: 'off'; readonly userId: string; readonly dismissed?: true; readonly trouble?: Trouble }
  | { readonly phase: 'working'; readonly userId: string; readonly errand: Errand }
  | { readonly phase: 'on'; readonly userId: string };

/** What the browser says of itself. */
export interface Ground {
  readonly support: Support;
  readonly permission: Permission;
}

export type PushEvent =
  /** An account is in. `for`: whom it was switched on for in this browser. */
  | ({ readonly type: 'belong'; readonly userId: string; readonly for?: string } & Ground)
  /** They have gone, for good, or were not let in any more. */
  | { readonly type: 'part'; readonly for?: string }
  /** This tab is somebody else's; the browser may still be theirs. */
  | { readonly type: 'forget' }
  | ({ readonly type: 'look' } & Ground)
  | { readonly type: 'switch'; readonly on: boolean }
  | { readonly type: 'done'; readonly errand: Errand; readonly permission: Permission }
  | { readonly type: 'failed'; readonly errand: Errand; readonly trouble: Trouble }
  /** The browser has changed the subscription. */
  | { readonly type: 'changed' };

export type PushEffect = { readonly type: 'run'; readonly errand: Errand };

type PushStep = Step<PushState, PushEffect>;

export const NO_PUSH: PushState = { phase: 'none' };

export function reducePush(state: PushState, event: PushEvent): PushStep {
  switch (event.type) {
    case 'belong':
      return belong(state, event);
    case 'part':
      return part(state, event.for);
    case 'forget':
      return state.phase === 'none' ? step(state) : step(NO_PUSH);
    case 'look':
      return look(state, event);
    case 'switch':
      return toggle(state, event.on);
    case 'done':
      return done(state, event.errand, event.permission);
    case 'failed':
      return failed(state, event.errand, event.trouble);
    case 'changed':
      return state.phase === 'on' ? step(state, run('renew', state.userId)) : step(state);
    default:
      return event satisfies never;
  }
}

/** What the switch shows: what was asked for, until it is known to have failed. */
export function isOn(state: PushState): boolean {
  return state.phase === 'on' || (state.phase === 'working' && state.errand.task === 'on');
}

function belong(state: PushState, { userId, for: owner, ...ground }: PushEvent & { type: 'belong' }): PushStep {
  if (state.phase !== 'none' && state.userId === userId) return step(state);
  // What was switched on for somebody else rings here no more.
  const drops = owner !== undefined && owner !== userId && ground.support === 'yes' ? [run('drop', owner)] : [];
  const stands = standing(userId, ground);
  if (stands.phase !== 'off' || owner !== userId || ground.permission !== 'granted') return step(stands, ...drops);
  return step({ phase: 'on', userId }, run('renew', userId));
}

function part(state: PushState, owner: string | undefined): PushStep {
  const gone = state.phase === 'none' ? owner : state.userId;
  if (gone === undefined) return step(state);
  return state.phase === 'unsupported' ? step(NO_PUSH) : step(NO_PUSH, run('drop', gone));
}

function standing(userId: string, { support, permission }: Ground): PushState {
  if (support !== 'yes') return { phase: 'unsupported', userId, why: support };
  return { phase: permission === 'denied' ? 'denied' : 'off', userId };
}

/** A permission may have been given or taken away in the browser's settings. */
function look(state: PushState, { permission }: Ground): PushStep {
  if (state.phase === 'denied' && permission !== 'denied') return step({ phase: 'off', userId: state.userId });
  if ((state.phase === 'on' || state.phase === 'off') && permission === 'denied') return step({ phase: 'denied', userId: state.userId });
  if (state.phase === 'on' && permission === 'default') return step({ phase: 'off', userId: state.userId });
  return step(state);
}

function toggle(state: PushState, on: boolean): PushStep {
  if (state.phase !== 'off' && state.phase !== 'on' && state.phase !== 'denied') return step(state);
  if (isOn(state) === on) return step(state);
  const { errand } = run(on ? 'on' : 'off', state.userId);
  return step({ phase: 'working', userId: state.userId, errand }, { type: 'run', errand });
}

function done(state: PushState, errand: Errand, permission: Permission): PushStep {
  if (state.phase !== 'working' || state.errand !== errand) return step(state);
  const { userId } = state;
  if (errand.task === 'off') return step({ phase: 'off', userId });
  if (permission === 'granted') return step({ phase: 'on', userId });
  return step(permission === 'denied' ? { phase: 'denied', userId } : { phase: 'off', userId, dismissed: true });
}

/** What the server could not be told again, it knows from before; a subscription that the browser has lost is gone. */
function failed(state: PushState, errand: Errand, trouble: Trouble): PushStep {
  const { task, userId } = errand;
  if (task === 'renew') {
    return state.phase === 'on' && state.userId === userId && trouble.from === 'browser' ? step({ phase: 'off', userId, trouble }) : step(state);
  }
  if (state.phase !== 'working' || state.errand !== errand) return step(state);
  // What could not be switched off still rings.
  return task === 'off' ? step({ phase: 'on', userId }) : step({ phase: 'off', userId, trouble });
}

function run(task: Errand['task'], userId: string): PushEffect {
  return { type: 'run', errand: { task, userId } };
}
