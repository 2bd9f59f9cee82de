import { decidedText, foundText } from './core/words';

import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { ReportFilter } from '@/lib/ports-safety';
import type {
  AnswerAppealRequest,
  AppealEntry,
  AuditAnswer,
  AuditEntry,
  ModerateRequest,
  ObjectiveEntry,
  ReportCase,
  ReportEntry,
  ReportsAnswer,
  StatsAnswer,
} from '@/protocol/messages';

/** Something that is asked of the server; at most one at a time of a kind. */
export type Errand =
  | { readonly task: 'next' }
  | { readonly task: 'stats' | 'status' }
  | { readonly task: 'decide'; readonly ruling: ModerateRequest }
  | { readonly task: 'reports'; readonly filter: ReportFilter; readonly before?: string | undefined }
  | { readonly task: 'appeals' }
  | { readonly task: 'answer'; readonly answer: AnswerAppealRequest }
  | { readonly task: 'audit'; readonly before?: number | undefined };

export type Task = Errand['task'];

export type Found =
  | { readonly task: 'next'; readonly report?: ReportCase }
  | { readonly task: 'stats'; readonly stats: StatsAnswer }
  | { readonly task: 'status'; readonly objectives: readonly ObjectiveEntry[] }
  | { readonly task: 'decide' | 'answer' }
  | { readonly task: 'reports'; readonly page: ReportsAnswer }
  | { readonly task: 'appeals'; readonly appeals: readonly AppealEntry[] }
  | { readonly task: 'audit'; readonly page: AuditAnswer };

/** As much of a list as was read, the newest first; `older` leads on. */
export interface Page<Item, Place = string | number> {
  readonly items: readonly Item[];
  readonly older?: Place | undefined;
}

/** What lies on the desk. `lapsed`: nobody decided in time, and it went back to the others. */
export type OnDesk =
  | { readonly phase: 'nothing' | 'no-more' | 'lapsed' }
  /** `until` is by the page's own clock. */
  | { readonly phase: 'case'; readonly report: ReportCase; readonly until: number };

export interface DeskState {
  readonly desk: OnDesk;
  readonly stats?: StatsAnswer;
  readonly objectives?: readonly ObjectiveEntry[];
  readonly filter: ReportFilter;
  readonly reports?: Page<ReportEntry, string>;
  readonly appeals?: readonly AppealEntry[];
  readonly audit?: Page<AuditEntry, number>;
  readonly busy: Readonly<Partial<Record<Task, Errand>>>;
  readonly trouble: Readonly<Partial<Record<Task, Problem>>>;
  /** What has just been done, for who hears the page; counted, so that the same words are read out again. */
  readonly told: { readonly n: number; readonly text: string };
}

export type DeskEvent =
  | { readonly type: 'ask'; readonly errand: Errand }
  | { readonly type: 'found'; readonly errand: Errand; readonly found: Found; readonly nowMs: number }
  | { readonly type: 'refused'; readonly errand: Errand; readonly problem: Problem }
  | { readonly type: 'lapse-due' };

export type DeskEffect =
  | { readonly type: 'run'; readonly errand: Errand }
  | { readonly type: 'lapse-in'; readonly ms: number }
  | { readonly type: 'lapse-off' };

type DeskStep = Step<DeskState, DeskEffect>;

/** A report that was taken is one's own for so long. */
export const LEASE_MS = 300_000;

export const EMPTY_DESK: DeskState = { desk: { phase: 'nothing' }, filter: {}, busy: {}, trouble: {}, told: { n: 0, text: '' } };

export function reduceDesk(state: DeskState, event: DeskEvent): DeskStep {
  switch (event.type) {
    case 'ask':
      return ask(state, event.errand);
    case 'found':
      return state.busy[event.errand.task] === event.errand ? found(settled(state, event.errand.task), event) : step(state);
    case 'refused':
      return state.busy[event.errand.task] === event.errand ? refused(settled(state, event.errand.task), event) : step(state);
    case 'lapse-due':
      if (state.desk.phase !== 'case') return step(state);
      return ask(tell({ ...state, desk: { phase: 'lapsed' } }, 'The time is over: the report went back to the queue.'), { task: 'stats' });
    default:
      return event satisfies never;
  }
}

/** While a decision is on its way nothing else is taken; a list that is asked for anew gives up the older question. */
function ask(state: DeskState, errand: Errand): DeskStep {
  const { task } = errand;
  const narrows = task === 'reports' && errand.before === undefined;
  if (state.busy[task] !== undefined && !narrows) return step(state);
  if (task === 'next' && state.busy.decide !== undefined) return step(state);
  const filter = task === 'reports' ? errand.filter : state.filter;
  const trouble = without(state.trouble, task);
  return step<DeskState, DeskEffect>({ ...state, filter, trouble, busy: { ...state.busy, [task]: errand } }, { type: 'run', errand });
}

function found(state: DeskState, { errand, found: what, nowMs }: DeskEvent & { type: 'found' }): DeskStep {
  switch (what.task) {
    case 'next':
      return taken(state, what.report, nowMs);
    case 'stats':
      return step({ ...state, stats: what.stats });
    case 'status':
      return step({ ...state, objectives: what.objectives });
    case 'decide': {
      const text = errand.task === 'decide' ? decidedText(errand.ruling) : '';
      const cleared = tell({ ...state, desk: { phase: 'nothing' } }, text);
      return both(step<DeskState, DeskEffect>(cleared, { type: 'lapse-off' }), { task: 'next' }, { task: 'stats' });
    }
    case 'reports':
      return read(state, errand, what.page.reports.length, { reports: onward(state.reports, errand, what.page.reports, what.page.older) });
    case 'appeals':
      return step({ ...state, appeals: what.appeals });
    case 'answer': {
      const granted = errand.task === 'answer' && errand.answer.decision === 'granted';
      return both(step(tell(state, granted ? 'Granted: it is lifted.' : 'Rejected: it stands.')), { task: 'appeals' }, { task: 'stats' });
    }
    case 'audit':
      return read(state, errand, what.page.lines.length, { audit: onward(state.audit, errand, what.page.lines, what.page.older) });
    default:
      return what satisfies never;
  }
}

/** What was read stands behind what was read before it. */
function onward<Item, Place>(sofar: Page<Item, Place> | undefined, errand: Errand, items: readonly Item[], older: Place | undefined): Page<Item, Place> {
  return { items: isOlder(errand) ? [...(sofar?.items ?? []), ...items] : items, older };
}

function isOlder(errand: Errand): boolean {
  return 'before' in errand && errand.before !== undefined;
}

function read(state: DeskState, errand: Errand, count: number, lists: Partial<DeskState>): DeskStep {
  const after = { ...state, ...lists };
  return step(isOlder(errand) ? tell(after, count === 0 ? 'Nothing older here.' : `${count} older shown.`) : after);
}

function taken(state: DeskState, report: ReportCase | undefined, nowMs: number): DeskStep {
  const before = state.told.text;
  if (report === undefined) return step<DeskState, DeskEffect>(tell({ ...state, desk: { phase: 'no-more' } }, join(before, 'No report waits.')), { type: 'lapse-off' });
  const left = leaseLeft(report.entry, nowMs);
  const on = tell({ ...state, desk: { phase: 'case', report, until: nowMs + left } }, join(before, foundText(report)));
  return step<DeskState, DeskEffect>(on, { type: 'lapse-in', ms: left });
}

/** The server's clock may not be ours: what makes no sense counts as a lease that has just begun. */
function leaseLeft({ leasedUntil }: ReportEntry, nowMs: number): number {
  const left = leasedUntil === undefined ? LEASE_MS : leasedUntil - nowMs;
  return left <= 0 || left > LEASE_MS ? LEASE_MS : left;
}

/** Whose lease is over, or whose report somebody else has decided, has nothing on the desk any more. */
function refused(state: DeskState, { errand, problem }: DeskEvent & { type: 'refused' }): DeskStep {
  const after = { ...state, trouble: { ...state.trouble, [errand.task]: problem } };
  const gone = problem.code === 'conflict' || problem.code === 'gone' || problem.code === 'not_found';
  if (errand.task === 'decide' && gone) {
    return both(step<DeskState, DeskEffect>({ ...after, desk: { phase: 'lapsed' } }, { type: 'lapse-off' }), { task: 'stats' });
  }
  return errand.task === 'answer' && gone ? ask(after, { task: 'appeals' }) : step(after);
}

function settled(state: DeskState, task: Task): DeskState {
  return { ...state, busy: without(state.busy, task) };
}

function without<Item>(all: Readonly<Partial<Record<Task, Item>>>, task: Task): Partial<Record<Task, Item>> {
  const { [task]: one, ...rest } = all;
  return one === undefined ? all : rest;
}

function tell(state: DeskState, text: string): DeskState {
  return { ...state, told: { n: state.told.n + 1, text } };
}

/** What was done and what follows are one sentence after the other; older ones are not said again. */
function join(before: string, text: string): string {
  return /^(Dismissed|Warned|Suspended|Banned)/u.test(before) && !before.includes('. ') ? `${before} ${text}` : text;
}

function both(first: DeskStep, ...errands: readonly Errand[]): DeskStep {
  return errands.reduce((sofar, errand) => {
    const { state, effects } = ask(sofar.state, errand);
    return { state, effects: [...sofar.effects, ...effects] };
  }, first);
}
