import type { Problem } from '@/lib/core/problem';
import { step, type Step } from '@/lib/machine';
import type { CreateRoomAnswer, CreateRoomRequest } from '@/protocol/messages';

/** `made`: the room is there, and its link waits to be passed on. */
export type MakerState =
  | { readonly phase: 'closed' }
  | { readonly phase: 'asking'; readonly problem?: Problem }
  | { readonly phase: 'making'; readonly wish: CreateRoomRequest }
  | { readonly phase: 'made'; readonly room: CreateRoomAnswer; readonly wish: CreateRoomRequest; readonly copied?: boolean };

export type MakerEvent =
  | { readonly type: 'open' }
  | { readonly type: 'make'; readonly wish: CreateRoomRequest }
  | { readonly type: 'made'; readonly room: CreateRoomAnswer }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'copy' }
  /** Whether the browser let the link into the clipboard. */
  | { readonly type: 'copied'; readonly done: boolean }
  | { readonly type: 'close' };

export type MakerEffect =
  | { readonly type: 'make'; readonly wish: CreateRoomRequest }
  | { readonly type: 'copy'; readonly text: string };

export const NOTHING_MADE: MakerState = { phase: 'closed' };

export function reduceMaker(state: MakerState, event: MakerEvent): Step<MakerState, MakerEffect> {
  switch (event.type) {
    case 'open':
      return state.phase === 'closed' ? step({ phase: 'asking' }) : step(state);
    case 'make':
      if (state.phase !== 'asking') return step(state);
      return step<MakerState, MakerEffect>({ phase: 'making', wish: event.wish }, { type: 'make', wish: event.wish });
    case 'made':
      return state.phase === 'making' ? step({ phase: 'made', room: event.room, wish: state.wish }) : step(state);
    case 'refused':
      return state.phase === 'making' ? step({ phase: 'asking', problem: event.problem }) : step(state);
    case 'copy':
      return state.phase === 'made' ? step<MakerState, MakerEffect>(state, { type: 'copy', text: state.room.url }) : step(state);
    case 'copied':
      return state.phase === 'made' ? step({ ...state, copied: event.done }) : step(state);
    case 'close':
      return step(NOTHING_MADE);
    default:
      return event satisfies never;
  }
}
