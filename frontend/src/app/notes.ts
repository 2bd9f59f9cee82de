import type { Features } from './conductor';
import { isInRoom } from './rooms';
import type { World } from './world';

import { isCalling } from '@/features/ringing/machine';
import type { Value } from '@/lib/value';

/** What a tab notes for the page after a reload. */
export function keepNotes(features: Features, world: World, restoring: Value<boolean>): void {
  keepPresence(features, world, restoring);
  keepSwitches(features, world);
}

/** Whether this tab waits, rings or talks. */
function keepPresence({ matching, call, ringing, room }: Features, { presence }: World, restoring: Value<boolean>): void {
  const note = (): void => {
    if (matching.get().phase !== 'idle' || call.get().phase === 'live' || isCalling(ringing.get().phase) || isInRoom({ room })) presence.save(true);
    else if (!restoring.get()) presence.clear();
  };
  matching.subscribe(note);
  call.subscribe(note);
  ringing.subscribe(note);
  room.subscribe(note);
  restoring.subscribe(note);
}

/** Who has muted themself, or put out their camera, is neither heard nor seen after a reload. */
function keepSwitches({ call, devices, room }: Features, { switches }: World): void {
  let among = false;
  const note = (): void => {
    const before = among;
    among = call.get().phase === 'live' || isInRoom({ room });
    const { muted, cameraOff } = devices.get();
    if (among) switches.save({ muted, cameraOff });
    else if (before) switches.clear();
  };
  call.subscribe(note);
  room.subscribe(note);
  devices.subscribe(note);
}
