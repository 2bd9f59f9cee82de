import { useSyncExternalStore } from 'react';

import type { Runner } from '@/lib/machine';

/** The present state of a running machine; the component draws anew when it changes. */
export function useRunner<State, Event>(runner: Runner<State, Event>): State {
  return useSyncExternalStore(runner.subscribe, runner.get);
}
