import { NO_REPORT, reduceReport, type Complaint, type ReportEffect, type ReportEvent, type ReportState } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api } from '@/lib/ports';

export interface ReportPorts {
  readonly api: Api;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  /** The server has it. */
  readonly done: (complaint: Complaint) => void;
}

export type Report = Runner<ReportState, ReportEvent>;

export function createReport({ api, authorised, done }: ReportPorts): Report {
  return runMachine(NO_REPORT, reduceReport, ({ complaint }: ReportEffect, send: (event: ReportEvent) => void) => {
    const { about, reason, comment, block } = complaint;
    const body = { sessionId: about.sessionId, reason, block, ...(comment !== '' && { comment }) };
    authorised((token) => api.report(token, body)).then(
      () => {
        // Told first: whoever waits again waits before the sheet is gone, so that nothing of the call shows in between.
        done(complaint);
        send({ type: 'done', complaint });
      },
      (error: unknown) => send({ type: 'refused', complaint, problem: problemOf(error) }),
    );
  });
}
