/** Everything the page can show. */
export type Screen = 'restoring' | 'superseded' | 'call' | 'waiting' | 'ended' | 'green-room';

export interface ScreenFacts {
  /** A reload is being made good: the server has not said yet where we are. */
  readonly restoring: boolean;
  readonly superseded: boolean;
  readonly matching: 'idle' | 'joining' | 'waiting' | 'leaving';
  readonly call: 'none' | 'live' | 'ended';
}

/** Which screen the facts ask for. A call hides everything, waiting hides what ended before it. */
export function screen({ restoring, superseded, matching, call }: ScreenFacts): Screen {
  if (superseded) return 'superseded';
  if (call === 'live') return 'call';
  if (matching === 'joining' || matching === 'waiting') return 'waiting';
  if (call === 'ended') return 'ended';
  return restoring ? 'restoring' : 'green-room';
}
