import { NOTHING_MADE, reduceMaker, type MakerEffect, type MakerEvent, type MakerState } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf } from '@/lib/ports';
import type { RoomsApi } from '@/lib/ports-rooms';

export interface MakerPorts {
  readonly api: Pick<RoomsApi, 'createRoom'>;
  readonly authorised: <Result>(work: (accessToken: string) => Promise<Result>) => Promise<Result>;
  readonly copy: (text: string) => Promise<void>;
}

export type RoomMaker = Runner<MakerState, MakerEvent>;

export function createRoomMaker({ api, authorised, copy }: MakerPorts): RoomMaker {
  const perform = (effect: MakerEffect, send: (event: MakerEvent) => void): void => {
    if (effect.type === 'make') {
      authorised((accessToken) => api.createRoom(accessToken, effect.wish)).then(
        (room) => send({ type: 'made', room }),
        (error: unknown) => send({ type: 'refused', problem: problemOf(error) }),
      );
      return;
    }
    copy(effect.text).then(
      () => send({ type: 'copied', done: true }),
      () => send({ type: 'copied', done: false }),
    );
  };
  return runMachine(NOTHING_MADE, reduceMaker, perform);
}
