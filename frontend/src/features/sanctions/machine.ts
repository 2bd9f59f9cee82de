import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ModerationAction, ModerationWarning, SanctionEntry } from '@/protocol/messages';

/** What keeps somebody from meeting people. */
export interface Bar {
  /** Absent where the server has not said what it is about. */
  readonly sanction?: SanctionEntry;
  readonly until?: number;
  /** It holds no more: an appeal has lifted it, or its time is over. */
  readonly over?: 'lifted' | 'past';
}

export interface SanctionsState {
  /** About whom; absent while nobody is in. */
  readonly userId?: string;
  readonly loading: boolean;
  readonly problem?: Problem;
  /** While it is there, the page shows nothing else. */
  readonly bar?: Bar;
  /** Told by moderators, and not put away yet. */
  readonly warning?: ModerationWarning;
  readonly appeal: { readonly phase: 'none' | 'sending' } | { readonly phase: 'refused'; readonly problem: Problem };
}

export type SanctionsEvent =
  | { readonly type: 'belong'; readonly userId: string }
  | { readonly type: 'forget' }
  | { readonly type: 'warned'; readonly warning: ModerationWarning }
  | { readonly type: 'understood' }
  /** A moderator has acted at this moment. */
  | { readonly type: 'struck'; readonly action: ModerationAction; readonly nowMs: number }
  /** The server lets nobody in who is banned. */
  | { readonly type: 'refused'; readonly until?: number }
  | { readonly type: 'look' }
  | { readonly type: 'looked'; readonly userId: string; readonly sanctions: readonly SanctionEntry[]; readonly nowMs: number }
  | { readonly type: 'look-failed'; readonly userId: string; readonly problem: Problem }
  | { readonly type: 'appeal'; readonly message: string }
  | { readonly type: 'appealed' }
  | { readonly type: 'appeal-refused'; readonly problem: Problem }
  /** It is over and was read. */
  | { readonly type: 'go-on' };

export type SanctionsEffect =
  | { readonly type: 'load'; readonly userId: string }
  | { readonly type: 'appeal'; readonly sanctionId: string; readonly message: string };

type SanctionsStep = Step<SanctionsState, SanctionsEffect>;

export const NO_SANCTIONS: SanctionsState = { loading: false, appeal: { phase: 'none' } };

export function reduceSanctions(state: SanctionsState, event: SanctionsEvent): SanctionsStep {
  switch (event.type) {
    case 'belong':
      return state.userId === event.userId ? step(state) : step({ ...NO_SANCTIONS, userId: event.userId });
    case 'forget':
      return state.userId === undefined ? step(state) : step(NO_SANCTIONS);
    case 'warned':
      return step({ ...state, warning: event.warning });
    case 'understood':
      return step(without(state, 'warning'));
    case 'struck':
      return struck(state, event.action, event.nowMs);
    case 'refused':
      return look({ ...state, bar: { ...state.bar, ...(event.until !== undefined && { until: event.until }) } });
    case 'look':
      return look(state);
    case 'looked':
      return event.userId === state.userId ? looked(state, event.sanctions, event.nowMs) : step(state);
    case 'look-failed':
      return event.userId === state.userId ? step({ ...state, loading: false, problem: event.problem }) : step(state);
    case 'appeal':
    case 'appealed':
    case 'appeal-refused':
      return appeal(state, event);
    case 'go-on':
      return state.bar?.over === undefined ? step(state) : step(without(state, 'bar'));
    default:
      return event satisfies never;
  }
}

function struck(state: SanctionsState, { sanctionId, action, reason, until }: ModerationAction, nowMs: number): SanctionsStep {
  if (until === undefined) return step({ ...state, warning: { sanctionId, reason } });
  const sanction: SanctionEntry = { sanctionId, action, reason, createdAt: nowMs, until, holds: true };
  return look({ ...state, bar: { sanction, until }, appeal: { phase: 'none' } });
}

function look(state: SanctionsState): SanctionsStep {
  const { userId } = state;
  if (userId === undefined || state.loading) return step(state);
  return step<SanctionsState, SanctionsEffect>({ ...state, loading: true }, { type: 'load', userId });
}

/** What holds the longest is shown; what held and does not any more is told as such. */
function looked(before: SanctionsState, sanctions: readonly SanctionEntry[], nowMs: number): SanctionsStep {
  const state = { ...without(before, 'problem'), loading: false };
  const [holding] = sanctions.filter(({ holds, until }) => holds && until !== undefined && until > nowMs).toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0));
  if (holding !== undefined) {
    const same = state.bar?.sanction?.sanctionId === holding.sanctionId;
    return step({ ...state, bar: { sanction: holding, ...(holding.until !== undefined && { until: holding.until }) }, ...(!same && { appeal: { phase: 'none' } }) });
  }
  const { bar } = state;
  if (bar === undefined) return step(state);
  const told = sanctions.find(({ sanctionId }) => sanctionId === bar.sanction?.sanctionId);
  if (told !== undefined) return step({ ...state, bar: { ...bar, sanction: told, over: told.appeal === 'granted' ? 'lifted' : 'past' } });
  return step(bar.until !== undefined && bar.until <= nowMs ? { ...state, bar: { ...bar, over: 'past' } } : state);
}

function appeal(state: SanctionsState, event: SanctionsEvent & { type: 'appeal' | 'appealed' | 'appeal-refused' }): SanctionsStep {
  const sanction = state.bar?.sanction;
  if (sanction === undefined) return step(state);
  switch (event.type) {
    case 'appeal': {
      const message = event.message.trim();
      if (message === '' || state.appeal.phase === 'sending') return step(state);
      const { sanctionId } = sanction;
      return step<SanctionsState, SanctionsEffect>({ ...state, appeal: { phase: 'sending' } }, { type: 'appeal', sanctionId, message });
    }
    case 'appealed':
      return look({ ...state, appeal: { phase: 'none' }, bar: { ...state.bar, sanction: { ...sanction, appeal: 'open' } } });
    case 'appeal-refused':
      return look({ ...state, appeal: { phase: 'refused', problem: event.problem } });
    default:
      return event satisfies never;
  }
}

function without(state: SanctionsState, key: 'problem' | 'bar' | 'warning'): SanctionsState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name !== key)) as unknown as SanctionsState;
}
