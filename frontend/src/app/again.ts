import type { Features } from './conductor';
import type { World } from './world';

import { mayMeetAgain } from '@/features/call/core/ending';
import type { Ended } from '@/features/call/core/state';
import { REMATCH_WITHIN_MS, type Over } from '@/features/rematch/machine';
import { recall } from '@/lib/browser/call-memory';

/** The call that is over, where its partner may be met once more. */
export function overOfCall(ended: Ended): Over | undefined {
  if (!mayMeetAgain(ended)) return undefined;
  const { details: { sessionId, startedAt, peer: { nickname } }, durationMs, mode } = ended;
  return { sessionId, nickname, mode, until: startedAt + durationMs + REMATCH_WITHIN_MS };
}

/**
 * What a match among strangers is to who does not wait for anybody: `again`, the partner of the call that is over, or
 * `crossed`, what they took back a moment too late. Else it is one like any other.
 */
export function kindOfMatch({ matching, rematch }: Features): 'again' | 'crossed' | 'plain' {
  if (matching.get().phase !== 'idle') return 'plain';
  const { phase } = rematch.get();
  if (phase === 'withdrawn') return 'crossed';
  return phase === 'asking' || phase === 'met' || phase === 'late' || phase === 'refused' ? 'again' : 'plain';
}

/** Who comes from the card and not from the queue is not put into it, and meets in the way they met before. */
export function keepAgainInMind({ rematch }: Features, { callMemory }: World, sessionId: string): void {
  const state = rematch.get();
  if ('over' in state) callMemory.save({ ...recall(callMemory, sessionId), mode: state.over.mode, again: true });
}

/** Nobody is to be met again any more; leaving the queue says it as well. */
export function withdraw({ rematch, matching }: Features): void {
  rematch.send({ type: 'withdraw', told: matching.get().phase !== 'idle' });
}

/** What the ask hears of the rest of the page. */
export function keepAgain({ call, rematch }: Features): void {
  let before: string | undefined;
  call.subscribe(() => {
    const state = call.get();
    const sessionId = state.phase === 'live' ? state.details.sessionId : undefined;
    if (sessionId !== undefined && sessionId !== before) rematch.send({ type: 'begun' });
    before = sessionId;
  });
}

export interface AgainWays {
  /** Asks for the partner of the call that has just ended. */
  readonly meetAgain: () => void;
  readonly takeBackAsk: () => void;
}

export function againWays(features: Features, serverNow: () => number): AgainWays {
  const { call, rematch } = features;
  return {
    meetAgain: () => {
      const ended = call.get();
      const over = ended.phase === 'ended' ? overOfCall(ended) : undefined;
      if (over !== undefined) rematch.send({ type: 'ask', over, now: serverNow() });
    },
    takeBackAsk: () => withdraw(features),
  };
}
