import { NO_FRIENDS, reduceFriends, type Errand, type FriendsEffect, type FriendsEvent, type FriendsState } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Api, type Clock, type Drawer } from '@/lib/ports';
import { createTimers } from '@/lib/timers';

/** Up to which call somebody has looked at their calls. */
export interface Seen {
  readonly userId: string;
  readonly seenAt: number;
}

export interface FriendsPorts {
  readonly api: Api;
  readonly clock: Clock;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  readonly seen: Drawer<Seen>;
}

export type Friends = Runner<FriendsState, FriendsEvent>;

export function createFriends(ports: FriendsPorts): Friends {
  const { api, authorised } = ports;
  const timers = createTimers<'search'>(ports.clock, () => runner.send({ type: 'search-due' }));
  const perform = (effect: FriendsEffect, send: (event: FriendsEvent) => void): void => {
    switch (effect.type) {
      case 'load': {
        const { userId } = effect;
        authorised((token) => Promise.all([api.friends(token), api.calls(token)])).then(
          ([list, calls]) => send({ type: 'looked', userId, list, calls }),
          (error: unknown) => send({ type: 'look-failed', userId, problem: problemOf(error) }),
        );
        return;
      }
      case 'run':
        authorised((token) => run(api, token, effect.errand)).then(
          () => send({ type: 'done', errand: effect.errand }),
          (error: unknown) => send({ type: 'refused', errand: effect.errand, problem: problemOf(error) }),
        );
        return;
      case 'search-in':
        return timers.set('search', effect.ms);
      case 'search-off':
        return timers.clear('search');
      case 'search': {
        const { text } = effect;
        authorised((token) => api.findPeople(token, text)).then(
          (users) => send({ type: 'found', text, users }),
          (error: unknown) => send({ type: 'search-failed', text, problem: problemOf(error) }),
        );
        return;
      }
      case 'remember':
        return ports.seen.save({ userId: effect.userId, seenAt: effect.seenAt });
      default:
        effect satisfies never;
    }
  };
  const runner = runMachine(NO_FRIENDS, reduceFriends, perform);
  return runner;
}

function run(api: Api, token: string, errand: Errand): Promise<void> {
  switch (errand.task) {
    case 'ask':
      return api.askFriend(token, errand.whom);
    case 'answer':
      return api.answerFriend(token, errand.requestId, errand.action);
    case 'part':
      return api.partFriend(token, errand.id);
    default:
      return errand satisfies never;
  }
}
