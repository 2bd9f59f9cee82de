import type { RoomEffect } from './effect';
import { SCREEN_ID } from './frames';
import type { Inside, RoomEvent, RoomStep } from './state';
import { tell } from './telling';
import { UNSHOWN_TEXT } from './words';

import type { Problem } from '@/lib/core/problem';
import { step } from '@/lib/machine';
import type { RoomState } from '@/protocol/messages';

/** What the person and their screen do. */
export function screen(state: Inside, event: RoomEvent & { type: 'show-screen' | 'screen-opened' | 'screen-over' }): RoomStep {
  if (event.type === 'screen-opened') return state.screen === 'asking' ? step({ ...state, screen: 'on' }) : step(state, { type: 'screen-close' });
  const shown = event.type === 'show-screen' && event.shown;
  if (shown === (state.screen !== 'off')) return step(state);
  const said: readonly RoomEffect[] = [saidShown(state, shown), { type: shown ? 'screen-open' : 'screen-close' }];
  // What the person ends is no news when the server says so.
  const view = shown ? state.view : { ...state.view, screen: false };
  return step({ ...state, view, screen: shown ? 'asking' : 'off' }, ...said);
}

/** The server takes no screen, or not this one. */
export function screenRefused(state: Inside, { message }: Problem): RoomStep {
  return tell(state.screen === 'off' ? state : { ...state, screen: 'off' }, message, { type: 'screen-close' });
}

/**
 * The server shows a screen no more that this page does show: somebody else's has taken its place, or else a lost socket has
 * ended it there, and it is said again.
 */
export function followScreen(state: Inside, before: RoomState): RoomStep {
  const { view } = state;
  // That it is over was lost on its way.
  if (state.screen === 'off') return view.screen ? step(state, saidShown(state, false)) : step(state);
  if (view.screen || !before.screen) return step(state);
  const replaced = !view.manyScreens && view.peers.some((peer) => peer.screen);
  return replaced ? tell({ ...state, screen: 'off' }, UNSHOWN_TEXT, { type: 'screen-close' }) : step(state, saidShown(state, true));
}

export function saidShown({ view: { roomId } }: Inside, shown: boolean): RoomEffect {
  return { type: 'send', frame: { action: 'share-screen', id: SCREEN_ID, data: { roomId, shown } } };
}
