/** What a reducer answers: the state that follows, and what the shell has to do about it. */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A pure transition: no clock, no chance, no I/O. */
export type Reduce<State, Event, Effect> = (state: State, event: Event) => Step<State, Effect>;

/** A running machine, as views and the app see it. */
export interface Runner<State, Event> {
  readonly get: () => State;
  readonly send: (event: Event) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function step<State, Effect>(state: State, ...effects: readonly Effect[]): Step<State, Effect> {
  return { state, effects };
}

/**
 * Runs a machine. An event that arrives while another is being worked on waits for its turn, so that an
 * effect always sees the state that asked for it.
 */
export function runMachine<State, Event, Effect>(
  initial: State,
  reduce: Reduce<State, Event, Effect>,
  perform: (effect: Effect, send: (event: Event) => void) => void,
): Runner<State, Event> {
  let state = initial;
  let busy = false;
  const queue: Event[] = [];
  const listeners = new Set<() => void>();

  const send = (event: Event): void => {
    queue.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { state: after, effects } = reduce(state, next);
        const changed = after !== state;
        state = after;
        for (const effect of effects) perform(effect, send);
        if (changed) for (const listener of listeners) listener();
      }
    } finally {
      busy = false;
    }
  };

  return {
    get: () => state,
    send,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
