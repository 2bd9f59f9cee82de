import type { World } from './world';

import { createModeration, type Moderation } from '@/features/moderation/moderation';
import { createSignIn } from '@/features/sign-in/sign-in';
import { isAccount } from '@/features/sign-in/machine';
import type { Problem } from '@/lib/core/problem';
import { problemOf } from '@/lib/ports';
import { createValue, type Value } from '@/lib/value';

/** Who has come to the moderators' page. */
export type Comer =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'moderator'; readonly nickname: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'away'; readonly problem: Problem };

/** The moderators' page: no socket, no camera, and nothing is asked of moderators' routes for anybody else. */
export interface Desk {
  readonly comer: Value<Comer>;
  readonly moderation: Moderation;
  readonly open: () => Promise<void>;
}

export function createDesk(world: World): Desk {
  const { api, clock } = world;
  const signIn = createSignIn({ ...world, drawer: world.identity, busy: () => false, agreed: () => undefined });
  const comer = createValue<Comer>({ kind: 'unknown' });
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase === 'out' && state.parting !== undefined) comer.set({ kind: 'other' });
  });
  world.mark.watch((note) => {
    if (note === undefined && isAccount(signIn.get())) signIn.send({ type: 'leave', parting: 'elsewhere' });
  });
  return {
    comer,
    moderation: createModeration({ api, clock, authorised: signIn.authorised }),
    open: async () => {
      comer.set({ kind: 'unknown' });
      if (signIn.get().phase !== 'in' && !(await signIn.restore())) {
        const state = signIn.get();
        const away = state.phase === 'out' && state.account === true;
        comer.set(away ? { kind: 'away', problem: state.problem ?? { code: 'offline', message: '' } } : { kind: 'other' });
        return;
      }
      try {
        const { moderates, nickname } = await signIn.authorised((token) => api.profile(token));
        comer.set(moderates ? { kind: 'moderator', nickname } : { kind: 'other' });
      } catch (error) {
        const problem = problemOf(error);
        comer.set(problem.code === 'unauthorized' ? { kind: 'other' } : { kind: 'away', problem });
      }
    },
  };
}
