import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ReasonName } from '@/protocol/messages';

/** The call whose partner is reported. */
export interface About {
  readonly sessionId: string;
  readonly nickname: string;
}

/** What is said of them. */
export interface Complaint {
  readonly about: About;
  readonly reason: ReasonName;
  /** In one's own words; empty for none. */
  readonly comment: string;
  readonly block: boolean;
}

export type ReportState =
  | { readonly phase: 'closed' }
  /** `problem`: why it could not be sent; it may be tried again. */
  | { readonly phase: 'choosing'; readonly about: About; readonly problem?: Problem }
  | { readonly phase: 'sending'; readonly complaint: Complaint };

export type ReportEvent =
  | { readonly type: 'open'; readonly about: About }
  | { readonly type: 'close' }
  | ({ readonly type: 'choose' } & Omit<Complaint, 'about'>)
  | { readonly type: 'done'; readonly complaint: Complaint }
  | { readonly type: 'refused'; readonly complaint: Complaint; readonly problem: Problem }
  /** Somebody else is in. */
  | { readonly type: 'forget' };

export type ReportEffect = { readonly type: 'send'; readonly complaint: Complaint };

type ReportStep = Step<ReportState, ReportEffect>;

export const NO_REPORT: ReportState = { phase: 'closed' };

/** The second tap sends. What is on its way is not called off, because the server may have heard it. */
export function reduceReport(state: ReportState, event: ReportEvent): ReportStep {
  switch (event.type) {
    case 'open':
      return state.phase === 'sending' ? step(state) : step({ phase: 'choosing', about: event.about });
    case 'close':
      return state.phase === 'choosing' ? step(NO_REPORT) : step(state);
    case 'choose': {
      if (state.phase !== 'choosing') return step(state);
      const { reason, block } = event;
      const complaint: Complaint = { about: state.about, reason, comment: event.comment.trim(), block };
      return step<ReportState, ReportEffect>({ phase: 'sending', complaint }, { type: 'send', complaint });
    }
    case 'done':
      return isOf(state, event.complaint) ? step(NO_REPORT) : step(state);
    case 'refused':
      return isOf(state, event.complaint) ? step({ phase: 'choosing', about: event.complaint.about, problem: event.problem }) : step(state);
    case 'forget':
      return step(NO_REPORT);
    default:
      return event satisfies never;
  }
}

function isOf(state: ReportState, complaint: Complaint): boolean {
  return state.phase === 'sending' && state.complaint === complaint;
}

/** In which call somebody is being reported at this moment. */
export function reporting(state: ReportState): string | undefined {
  return state.phase === 'sending' ? state.complaint.about.sessionId : undefined;
}
