import type { PushState, Trouble } from '../machine';

import { problemTextWith } from '@/lib/core/problem';

/** What the switch is about. */
export const PUSH_LABEL = 'Ring me when this page is closed';
export const PUSH_HINT = 'When a friend calls, this device shows it even while Speed Connect is not open.';

/** How it stands, where the switch alone does not say it. */
export function pushText(state: PushState): string {
  switch (state.phase) {
    case 'none':
    case 'on':
      return '';
    case 'unsupported':
      return state.why === 'home-screen'
        ? 'On an iPhone or iPad it works from the Home Screen: press Share, then “Add to Home Screen”, and open Speed Connect there.'
        : 'This browser cannot do that. Another one can, such as Chrome, Edge, Firefox or Safari.';
    case 'denied':
      return 'Notifications of Speed Connect are blocked in this browser. Allow them in the settings beside the address, then switch this on.';
    case 'working':
      return state.errand.task === 'on' ? 'One moment… Your browser may ask whether notifications are allowed.' : 'One moment…';
    case 'off':
      return state.dismissed === true ? 'Your browser has to allow notifications for this. Switch it on to be asked again.' : '';
    default:
      return state satisfies never;
  }
}

export function troubleText(trouble: Trouble): string {
  if (trouble.from === 'browser') return 'Your browser could not set it up. Try again in a moment.';
  return problemTextWith({ unauthorized: 'You are not signed in any more. Close this and come in again.' }, trouble.problem);
}
