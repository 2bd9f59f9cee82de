import { EMPTY_DESK, reduceDesk, type DeskEffect, type DeskEvent, type DeskState, type Errand, type Found } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api, type Clock } from '@/lib/ports';
import { createTimers } from '@/lib/timers';

export interface ModerationPorts {
  readonly api: Api;
  readonly clock: Clock;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
}

export type Moderation = Runner<DeskState, DeskEvent>;

export function createModeration({ api, clock, authorised }: ModerationPorts): Moderation {
  const timers = createTimers<'lapse'>(clock, () => runner.send({ type: 'lapse-due' }));
  const perform = (effect: DeskEffect, send: (event: DeskEvent) => void): void => {
    switch (effect.type) {
      case 'run': {
        const { errand } = effect;
        authorised((token) => run(api, token, errand)).then(
          (found) => send({ type: 'found', errand, found, nowMs: clock.now() }),
          (error: unknown) => send({ type: 'refused', errand, problem: problemOf(error) }),
        );
        return;
      }
      case 'lapse-in':
        return timers.set('lapse', effect.ms);
      case 'lapse-off':
        return timers.clear('lapse');
      default:
        effect satisfies never;
    }
  };
  const runner = runMachine(EMPTY_DESK, reduceDesk, perform);
  return runner;
}

async function run(api: Api, token: string, errand: Errand): Promise<Found> {
  const { task } = errand;
  switch (task) {
    case 'next': {
      const report = await api.nextReport(token);
      return { task, ...(report !== undefined && { report }) };
    }
    case 'stats':
      return { task, stats: await api.reportStats(token) };
    case 'status':
      return { task, objectives: await api.objectives(token) };
    case 'decide':
      await api.moderate(token, errand.ruling);
      return { task };
    case 'reports':
      return { task, page: await api.reports(token, errand.filter, errand.before) };
    case 'appeals':
      return { task, appeals: await api.appeals(token) };
    case 'answer':
      await api.answerAppeal(token, errand.answer);
      return { task };
    case 'audit':
      return { task, page: await api.auditLines(token, errand.before) };
    default:
      return task satisfies never;
  }
}
