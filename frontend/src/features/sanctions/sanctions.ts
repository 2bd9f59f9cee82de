import { NO_SANCTIONS, reduceSanctions, type SanctionsEffect, type SanctionsEvent, type SanctionsState } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api, type Clock, type Drawer } from '@/lib/ports';

/** Who is barred, for the page after a reload; the server is asked what became of it. */
export interface BarNote {
  readonly userId: string;
}

export interface SanctionsPorts {
  readonly api: Api;
  readonly clock: Clock;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  readonly drawer: Drawer<BarNote>;
}

export type Sanctions = Runner<SanctionsState, SanctionsEvent>;

export function createSanctions({ api, clock, authorised, drawer }: SanctionsPorts): Sanctions {
  const perform = (effect: SanctionsEffect, send: (event: SanctionsEvent) => void): void => {
    switch (effect.type) {
      case 'load': {
        const { userId } = effect;
        authorised(api.sanctions).then(
          (sanctions) => {
            send({ type: 'looked', userId, sanctions, nowMs: clock.now() });
            if (runner.get().bar === undefined) drawer.clear();
          },
          (error: unknown) => send({ type: 'look-failed', userId, problem: problemOf(error) }),
        );
        return;
      }
      case 'appeal': {
        const { sanctionId, message } = effect;
        authorised((token) => api.appeal(token, { sanctionId, message })).then(
          () => send({ type: 'appealed' }),
          (error: unknown) => send({ type: 'appeal-refused', problem: problemOf(error) }),
        );
        return;
      }
      default:
        effect satisfies never;
    }
  };
  const runner = runMachine(NO_SANCTIONS, reduceSanctions, perform);
  let barred = false;
  runner.subscribe(() => {
    const { userId, bar } = runner.get();
    if (userId !== undefined && bar !== undefined) drawer.save({ userId });
    if (barred && bar === undefined) drawer.clear();
    barred = bar !== undefined;
  });
  return runner;
}
