import { backoffMs } from '@/lib/core/backoff';
import { step, type Step } from '@/lib/machine';

/** A socket that is neither open nor greeted after this long is given up. */
export const OPEN_LIMIT_MS = 10_000;
/** After a ping the server has this long to say anything at all. */
export const SILENCE_LIMIT_MS = 15_000;
/** The contract's two beats: `lively` while waiting or ringing, `calm` in a call and idle. */
export const PULSE_MS = { lively: 30_000, calm: 240_000 } as const;
/** The gateway closes every socket after two hours; from then on ours is replaced, as by `server-draining`. */
export const RENEWAL_MS = 110 * 60_000;

export type Pulse = keyof typeof PULSE_MS;

export interface GatewayState {
  /** `silent`: another connection of the same person speaks; this one only hears who rings. */
  readonly phase: 'closed' | 'fetching' | 'opening' | 'greeting' | 'open' | 'pausing' | 'silent';
  /** Somebody relies on the connection: when it is lost, it is opened again. */
  readonly wanted: boolean;
  /** Failures in a row. */
  readonly attempt: number;
  /** Counts sockets; the newest one decides. */
  readonly generation: number;
  /** The socket that answered our hello: the one to speak through. */
  readonly greeted: number | undefined;
  readonly pulse: Pulse;
  /** Another connection of the same person took over; only an explicit `want` comes back from here. */
  readonly superseded: boolean;
}

export type GatewayEvent =
  | { readonly type: 'want' }
  | { readonly type: 'rest' }
  | { readonly type: 'stop' }
  | { readonly type: 'wake' }
  | { readonly type: 'pulse'; readonly pulse: Pulse }
  | { readonly type: 'ticket'; readonly generation: number; readonly url: string; readonly ticket: string }
  | { readonly type: 'ticket-refused'; readonly generation: number; readonly atLeastMs: number; readonly chance: number }
  | { readonly type: 'opened'; readonly generation: number }
  | { readonly type: 'greeted'; readonly generation: number }
  | { readonly type: 'heard'; readonly generation: number }
  /** The server warns of the end of a call. */
  | { readonly type: 'warned'; readonly generation: number }
  | { readonly type: 'superseded'; readonly generation: number }
  | { readonly type: 'draining'; readonly generation: number }
  | { readonly type: 'lost'; readonly generation: number; readonly chance: number }
  | { readonly type: 'due'; readonly timer: GatewayTimer; readonly chance: number };

/**
 * `deadline` bounds opening, `pause` waits before a retry, `beat` is the ping, `silence` its missing answer, `renewal`
 * the socket's age.
 */
export type GatewayTimer = 'deadline' | 'pause' | 'beat' | 'silence' | 'renewal';

export type GatewayEffect =
  | { readonly type: 'fetch-ticket'; readonly generation: number }
  | { readonly type: 'open'; readonly generation: number; readonly url: string; readonly ticket: string }
  | { readonly type: 'hello'; readonly generation: number }
  | { readonly type: 'ping'; readonly generation: number }
  | { readonly type: 'drop'; readonly generation: number }
  | { readonly type: 'drop-older'; readonly generation: number }
  | { readonly type: 'timer'; readonly timer: GatewayTimer; readonly ms: number }
  | { readonly type: 'timer-off'; readonly timer: GatewayTimer };

type GatewayStep = Step<GatewayState, GatewayEffect>;

export const GATEWAY_CLOSED: GatewayState = {
  phase: 'closed',
  wanted: false,
  attempt: 0,
  generation: 0,
  greeted: undefined,
  pulse: 'calm',
  superseded: false,
};

export function reduceGateway(state: GatewayState, event: GatewayEvent): GatewayStep {
  switch (event.type) {
    case 'want':
      return want(state);
    case 'rest':
      return rest(state);
    case 'stop':
      return closeAll(state);
    case 'wake':
      return wake(state);
    case 'pulse':
      return beatAs(state, event.pulse);
    case 'due':
      return due(state, event.timer, event.chance);
    case 'heard':
      return step(state, { type: 'timer-off', timer: 'silence' });
    case 'warned':
      return warned(state, event.generation);
    case 'lost':
      return lost(state, event.generation, event.chance);
    case 'ticket':
    case 'ticket-refused':
    case 'opened':
    case 'greeted':
    case 'superseded':
    case 'draining':
      return event.generation === state.generation ? ofNewest(state, event) : step(state);
    default:
      return event satisfies never;
  }
}

type NewestEvent = Extract<
  GatewayEvent,
  { readonly type: 'ticket' | 'ticket-refused' | 'opened' | 'greeted' | 'superseded' | 'draining' }
>;

function ofNewest(state: GatewayState, event: NewestEvent): GatewayStep {
  const { generation } = event;
  switch (event.type) {
    case 'ticket':
      if (state.phase !== 'fetching') return step(state);
      return step({ ...state, phase: 'opening' }, { type: 'open', generation, url: event.url, ticket: event.ticket });
    case 'ticket-refused':
      return state.phase === 'fetching' ? pause(state, event.chance, event.atLeastMs) : step(state);
    case 'opened':
      if (state.phase !== 'opening') return step(state);
      return step({ ...state, phase: 'greeting' }, { type: 'hello', generation });
    case 'greeted':
      if (state.phase !== 'greeting') return step(state);
      return step(
        { ...state, phase: 'open', attempt: 0, greeted: generation },
        { type: 'timer-off', timer: 'deadline' },
        { type: 'drop-older', generation },
        { type: 'timer', timer: 'beat', ms: PULSE_MS[state.pulse] },
        { type: 'timer', timer: 'renewal', ms: RENEWAL_MS },
      );
    case 'superseded':
      return fallSilent(state);
    case 'draining':
      return renew(state);
    default:
      return event satisfies never;
  }
}

function want(state: GatewayState): GatewayStep {
  if (state.wanted && state.phase !== 'closed') return step(state);
  const wanted = { ...state, wanted: true, superseded: false };
  return state.phase === 'closed' || state.phase === 'silent' ? open({ ...wanted, attempt: 0 }) : step(wanted);
}

/** Nobody relies on it any more: what is open stays open, what is lost stays lost. */
function rest(state: GatewayState): GatewayStep {
  if (!state.wanted) return step(state);
  if (state.phase !== 'pausing') return step({ ...state, wanted: false });
  return step({ ...state, wanted: false, phase: 'closed' }, { type: 'timer-off', timer: 'pause' });
}

/** A new socket beside the old one, which keeps serving until the new one is greeted. */
function open(state: GatewayState): GatewayStep {
  const generation = state.generation + 1;
  return step(
    { ...state, phase: 'fetching', generation },
    { type: 'timer-off', timer: 'pause' },
    { type: 'timer', timer: 'deadline', ms: OPEN_LIMIT_MS },
    { type: 'fetch-ticket', generation },
  );
}

/** The socket will be closed before long: a newer one takes over. */
function renew(state: GatewayState): GatewayStep {
  return state.phase === 'open' ? open(state) : step(state);
}

/** The network came back or the page was looked at again: do not sit out the pause, do not trust the socket. */
function wake(state: GatewayState): GatewayStep {
  if (state.phase === 'pausing') return open(state);
  return state.phase === 'open' ? ping(state) : step(state);
}

function beatAs(state: GatewayState, pulse: Pulse): GatewayStep {
  if (pulse === state.pulse) return step(state);
  const changed = { ...state, pulse };
  return state.greeted === undefined
    ? step(changed)
    : step(changed, { type: 'timer', timer: 'beat', ms: PULSE_MS[pulse] });
}

/** Where this page is in its call is known now, which a ping would have asked: it is put off. */
function warned(state: GatewayState, generation: number): GatewayStep {
  return state.pulse === 'calm' && generation === state.greeted
    ? step(state, { type: 'timer', timer: 'beat', ms: PULSE_MS.calm })
    : step(state);
}

function due(state: GatewayState, timer: GatewayTimer, chance: number): GatewayStep {
  switch (timer) {
    case 'pause':
      return state.phase === 'pausing' ? open(state) : step(state);
    case 'beat':
      return ping(state);
    case 'silence':
      return giveUp(state, state.greeted, chance);
    case 'renewal':
      return renew(state);
    case 'deadline':
      return state.phase === 'open' || state.phase === 'closed' || state.phase === 'silent' ? step(state) : giveUp(state, state.generation, chance);
    default:
      return timer satisfies never;
  }
}

function ping(state: GatewayState): GatewayStep {
  if (state.phase === 'silent') return step(state, { type: 'ping', generation: state.generation }, SILENT_BEAT);
  if (state.greeted === undefined) return step(state);
  return step(
    state,
    { type: 'ping', generation: state.greeted },
    { type: 'timer', timer: 'silence', ms: SILENCE_LIMIT_MS },
    { type: 'timer', timer: 'beat', ms: PULSE_MS[state.pulse] },
  );
}

function giveUp(state: GatewayState, generation: number | undefined, chance: number): GatewayStep {
  if (generation === undefined) return step(state);
  const { state: after, effects } = lost(state, generation, chance);
  return step(after, { type: 'drop', generation }, ...effects);
}

function lost(state: GatewayState, generation: number, chance: number): GatewayStep {
  const greeted = state.greeted === generation ? undefined : state.greeted;
  const left = { ...state, greeted };
  if (generation !== state.generation || state.phase === 'closed') return step(left);
  // To come back would be to take over.
  if (state.phase === 'silent') return step({ ...left, phase: 'closed' }, { type: 'timer-off', timer: 'beat' });
  return pause(left, chance, 0);
}

function pause(state: GatewayState, chance: number, atLeastMs: number): GatewayStep {
  const off: readonly GatewayEffect[] = [
    { type: 'timer-off', timer: 'deadline' },
    { type: 'timer-off', timer: 'silence' },
  ];
  if (!state.wanted) return step<GatewayState, GatewayEffect>({ ...state, phase: 'closed' }, ...off, { type: 'timer-off', timer: 'beat' });
  const ms = Math.max(atLeastMs, backoffMs(state.attempt, chance));
  return step<GatewayState, GatewayEffect>(
    { ...state, phase: 'pausing', attempt: state.attempt + 1 },
    ...off,
    { type: 'timer', timer: 'pause', ms },
  );
}

function closeAll(state: GatewayState): GatewayStep {
  const generation = state.generation + 1;
  return step(
    { ...state, phase: 'closed', wanted: false, attempt: 0, generation, greeted: undefined, superseded: false },
    ...TIMERS_OFF,
    { type: 'timer-off', timer: 'beat' },
    { type: 'drop-older', generation },
  );
}

/** Two pages must not fight for one person: this one says no more, but stays to hear who rings. */
function fallSilent(state: GatewayState): GatewayStep {
  return step(
    { ...state, phase: 'silent', wanted: false, attempt: 0, greeted: undefined, superseded: true },
    ...TIMERS_OFF,
    SILENT_BEAT,
    { type: 'drop-older', generation: state.generation },
  );
}

/** A socket on which nothing is said for ten minutes is closed by the network. */
const SILENT_BEAT: GatewayEffect = { type: 'timer', timer: 'beat', ms: PULSE_MS.calm };

const TIMERS_OFF: readonly GatewayEffect[] = [
  { type: 'timer-off', timer: 'deadline' },
  { type: 'timer-off', timer: 'pause' },
  { type: 'timer-off', timer: 'silence' },
  { type: 'timer-off', timer: 'renewal' },
];
