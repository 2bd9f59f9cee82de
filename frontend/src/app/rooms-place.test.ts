import { expect, test } from 'vitest';

import type { Features } from './conductor';
import { disagreesOnRoom } from './rooms';

import type { Inside } from '@/features/room/core/state';
import { play, seen } from '@/testing/room-page';

function asks(page: ReturnType<typeof play>, roomId: string | undefined): boolean {
  return disagreesOnRoom({ room: { get: page.get } } as unknown as Pick<Features, 'room'>, roomId);
}

test('a page that knocks asks once the server says that it sits somewhere; one that sits, once it says anything else', () => {
  const page = play();
  page.send({ type: 'door', roomId: 'r1' }, { type: 'enter', nickname: 'Me' });
  expect([undefined, 'r1', 'r2'].map((roomId) => asks(page, roomId))).toEqual([false, true, true]);
  page.send(seen(1, []));
  expect((page.get() as Inside).phase).toBe('inside');
  expect([undefined, 'r1', 'r2'].map((roomId) => asks(page, roomId))).toEqual([true, false, true]);
});
