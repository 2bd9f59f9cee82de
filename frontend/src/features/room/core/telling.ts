import type { RoomEffect } from './effect';
import type { Inside, RoomMachineState, RoomStep } from './state';

import { step } from '@/lib/machine';

/** How long a sentence about what has happened stays. */
export const TOLD_MS = 6000;

export function tell(state: Inside, told: string, ...effects: readonly RoomEffect[]): RoomStep {
  return step<RoomMachineState, RoomEffect>({ ...state, told }, ...effects, { type: 'timer', timer: 'told', ms: TOLD_MS });
}
