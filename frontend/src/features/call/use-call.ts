import type { Call } from './call';
import { callStatus } from './core/status';
import type { Live } from './core/state';

import { useRunner } from '@/lib/use-runner';
import { useValue } from '@/lib/value';

/** The live call as the stage shows it; nothing when there is none. */
export function useCall(call: Call, online: boolean) {
  const state = useRunner(call);
  const stream = useValue(call.stream);
  const judgement = useValue(call.quality);
  if (state.phase !== 'live') return undefined;
  return {
    live: state,
    stream,
    status: callStatus(state, online),
    quality: state.media === 'connected' ? judgement?.quality : undefined,
    pictured: state.mode === 'video' && isPictured(state, stream, judgement?.moving),
  };
}

/** A partner who switched the camera off sends no frames; until the first judgement the picture is believed. */
function isPictured(live: Live, stream: MediaStream | undefined, moving: boolean | undefined): boolean {
  return live.everConnected && stream !== undefined && stream.getVideoTracks().length > 0 && moving !== false;
}
