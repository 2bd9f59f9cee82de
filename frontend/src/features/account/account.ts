import { NOBODY, reduceAccount, type AccountEffect, type AccountEvent, type AccountState, type Errand, type Own } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { ApiError, problemOf, type Api } from '@/lib/ports';
import type { ProfileRequest } from '@/protocol/messages';

/** What the downloaded data is called. */
const DATA_FILE = 'speed-connect-my-data.json';

export interface AccountPorts {
  readonly api: Api;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  /** Whether somebody is in; who is not has nothing on the server, and what they say stays in this browser. */
  readonly isIn: () => boolean;
  readonly logOut: (everywhere: boolean) => Promise<void>;
  readonly saveFile: (name: string, text: string) => void;
  /** An errand was done; the profile is what the server holds since. */
  readonly done: (errand: Errand, own: Own | undefined) => void;
}

export type Account = Runner<AccountState, AccountEvent>;

export function createAccount(ports: AccountPorts): Account {
  return runMachine(NOBODY, reduceAccount, ({ errand }: AccountEffect, send: (event: AccountEvent) => void) => {
    run(ports, errand).then(
      (own) => {
        // Told first, so that whoever hears of it finds what follows from it done.
        send({ type: 'done', errand, ...(own && { own }) });
        ports.done(errand, own);
      },
      (error: unknown) => send({ type: 'refused', errand, problem: problemOf(error) }),
    );
  });
}

async function run(ports: AccountPorts, errand: Errand): Promise<Own | undefined> {
  const { api, authorised } = ports;
  const save = (change: ProfileRequest): Promise<Own | undefined> =>
    ports.isIn() ? authorised((token) => api.saveProfile(token, change)) : Promise.resolve(undefined);
  switch (errand.task) {
    case 'load':
      return authorised((token) => api.profile(token));
    case 'save':
      return save({ ...errand.change, tags: [...errand.change.tags] });
    case 'hide':
      return save({ hideIp: errand.hideIp });
    case 'show':
      return save({ findable: errand.findable });
    case 'export':
      ports.saveFile(DATA_FILE, await authorised((token) => api.exportData(token)));
      return undefined;
    case 'erase':
      await authorised((token) => api.erase(token));
      return undefined;
    case 'log-out':
    case 'log-out-everywhere':
      await leave(ports, errand.task === 'log-out-everywhere');
      return undefined;
    default:
      return errand satisfies never;
  }
}

/** Whom the server does not know any more is out already. */
async function leave({ logOut }: AccountPorts, everywhere: boolean): Promise<void> {
  try {
    await logOut(everywhere);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
  }
}
