import type { CallEffect, CallTimer } from './core/effect';
import { firstConnected, hangUp, status } from './core/frames';
import * as identifying from './core/identity';
import * as negotiating from './core/negotiation';
import type { Negotiation, NegotiationStep } from './core/negotiation-state';
import type { CallEvent, CallState, EndCause, Extension, Live, NoCall, SessionFrame } from './core/state';

import { isRefusal } from '@/lib/core/refusal';
import type { Signal } from '@/lib/core/signal';
import { step, type Step } from '@/lib/machine';
import type { Matched } from '@/protocol/messages';

/** The page ends by its own clock this long after the server should have. */
export const END_GRACE_MS = 2000;
/** The contract gives media this long. */
export const PATIENCE_MS = 30_000;
/** Who has not come back by then has no call any more: the server's grace of 30 s, and time to tell. */
export const AWAY_LIMIT_MS = 35_000;
/** Who refuses a certificate says so, and hangs up this much later: what is said into a call that is over reaches nobody. */
export const REFUSAL_LEAD_MS = 500;
/** The id of the frame that asks for more time. */
export const EXTEND_ID = 'extend';
/** Frames may overtake the `matched` that they belong to. */
const EARLY_MAX = 64;

type CallStep = Step<CallState, CallEffect>;

export const NO_CALL: NoCall = { phase: 'none', early: [] };

export function reduceCall(state: CallState, event: CallEvent): CallStep {
  switch (event.type) {
    case 'begin':
      return begin(state, event);
    case 'resumed':
      return resumed(state, event);
    case 'frame':
      return state.phase === 'live' && event.frame.data.sessionId === state.details.sessionId
        ? frame(state, event.frame, event.now)
        : elsewhere(state, event.frame);
    case 'end':
      return state.phase === 'live' ? end(state, 'own', event.now, hangUp(state)) : step(state);
    case 'skip':
      return state.phase === 'live' ? end(state, 'own', event.now) : step(state);
    case 'extend':
      return state.phase === 'live' ? extend(state) : step(state);
    case 'extend-refused':
      return state.phase === 'live' ? step({ ...state, extension: { left: event.final ? 0 : state.extension.left } }) : step(state);
    case 'drop':
      return state.phase === 'live' ? step<CallState, CallEffect>(NO_CALL, ...CLOSING) : step(state);
    case 'dismiss':
      return state.phase === 'ended' ? step({ ...NO_CALL, over: state.details.sessionId }) : step(state);
    case 'kvs-opened':
      return negotiate(state, negotiating.channelOpened);
    case 'kvs-lost':
      return negotiate(state, negotiating.channelLost);
    case 'kvs-heard':
      if (state.phase === 'live' && isRefusal(event.signal)) return refused(state, event.now);
      return negotiate(state, (negotiation) => negotiating.takeKvs(negotiation, event.signal));
    case 'due':
      return state.phase === 'live' ? due(state, event.timer, event.now) : step(state);
    case 'peer':
      return state.phase === 'live' && state.negotiation?.generation === event.generation ? peer(state, event) : step(state);
    default:
      return event satisfies never;
  }
}

function begin(state: CallState, event: CallEvent & { type: 'begin' }): CallStep {
  const { details, mode, signalN, now } = event;
  if (state.phase === 'live' && state.details.sessionId === details.sessionId) {
    return negotiate(state, (negotiation) => negotiating.takeDetails(negotiation, details));
  }
  const early = state.phase === 'none' ? state.early.filter(({ data }) => data.sessionId === details.sessionId) : [];
  const live: Live = {
    phase: 'live',
    details,
    mode,
    media: mode === 'text' ? 'connected' : 'connecting',
    everConnected: mode === 'text',
    partnerAway: false,
    endsAt: details.endsAt,
    extension: extensionOf(details),
    beganAt: now,
  };
  // What another call has left, above all its certificate, is not for this one.
  const fresh: CallEffect[] = [...CLOSING, { type: 'timer', timer: 'end', ms: untilEnd(live, now) }];
  if (mode === 'text') {
    return replay({ state: live, effects: [...fresh, status(details, 'received')] }, early, now);
  }
  const generation = state.phase === 'live' ? (state.negotiation?.generation ?? 0) + 1 : 1;
  const begun = negotiating.beginNegotiation(details, mode === 'video', signalN, generation);
  const patience: CallEffect = { type: 'timer', timer: 'patience', ms: PATIENCE_MS };
  return replay({ state: { ...live, negotiation: begun.state }, effects: [...fresh, patience, ...begun.effects] }, early, now);
}

function replay(begun: CallStep, early: readonly SessionFrame[], now: number): CallStep {
  return early.reduce((sofar, frame) => {
    const next = reduceCall(sofar.state, { type: 'frame', frame, now });
    return { state: next.state, effects: [...sofar.effects, ...next.effects] };
  }, begun);
}

function resumed(state: CallState, event: CallEvent & { type: 'resumed' }): CallStep {
  const { details, mode, signalN, now } = event;
  if (details === undefined) return state.phase === 'live' ? end(state, lostCause(state, now), now) : step(state);
  // We hung up while the server could not hear it.
  if (overId(state) === details.sessionId) return step(state, hangUp({ details }));
  if (state.phase !== 'live' || state.details.sessionId !== details.sessionId) {
    return begin(state, { type: 'begin', details, mode, signalN, now });
  }
  const back = detailed(state, details);
  const told = back.negotiation ? negotiate(back, identifying.confirm) : step<CallState, CallEffect>(back, status(details, 'received'));
  const known = negotiate(told.state, (negotiation) => negotiating.takeDetails(negotiation, details));
  const again = back.media === 'connected' ? step<CallState, CallEffect>(known.state) : negotiate(known.state, negotiating.restart);
  return step(again.state, ...told.effects, ...known.effects, ...again.effects);
}

function lostCause(state: Live, now: number): EndCause {
  return now >= state.endsAt ? 'timeout' : 'lost';
}

function frame(state: Live, { event, data }: SessionFrame, now: number): CallStep {
  switch (event) {
    case 'match-details':
      return negotiate(detailed(state, data), (negotiation) => negotiating.takeDetails(negotiation, data));
    case 'signaling':
      return negotiate(state, (negotiation) => negotiating.enterEpoch(negotiation, data.epoch));
    case 'offer':
    case 'answer':
      return relayed(state, data, { kind: event, description: data.data }, now);
    case 'candidate':
      return relayed(state, data, { kind: 'candidate', candidate: data.data }, now);
    case 'fingerprint':
      return negotiate(heardOf(state), (negotiation) => negotiating.takePeerFingerprint(negotiation, data.sha256));
    case 'peer-reconnecting':
      return step({ ...state, partnerAway: true }, { type: 'timer', timer: 'away', ms: AWAY_LIMIT_MS });
    case 'peer-reconnected':
      return partnerBack(state);
    case 'session-ended':
      return end(state, data.reason, now, undefined, data.durationMs);
    case 'session-warning':
      // A page that has missed an extension hears of it here; a warning of an end that has moved comes late.
      return step({ ...state, endsAt: Math.max(state.endsAt, data.endsAt) });
    case 'extend-requested':
      // One of an end that has moved meanwhile comes late.
      return data.endsAt === state.endsAt ? step({ ...state, extension: { ...state.extension, askedBy: 'partner' } }) : step(state);
    case 'session-extended':
      return step({ ...state, endsAt: data.endsAt, extension: { left: data.extensionsLeft } });
    case 'ice-servers':
      return negotiate(state, (negotiation) => negotiating.takeServers(negotiation, data.iceServers));
    default:
      return event satisfies never;
  }
}

/** The end only ever moves away: details that know an earlier one are late. */
function detailed(state: Live, details: Matched): Live {
  return details.endsAt < state.endsAt ? state : { ...state, details, endsAt: details.endsAt, extension: extensionOf(details) };
}

/** The end moves only when the server says so; the page's own clock finds itself early and is set again. */
function extend(state: Live): CallStep {
  const { extension, details } = state;
  if (extension.left === 0 || extension.askedBy === 'you') return step(state);
  const frame = { action: 'extend-session', id: EXTEND_ID, data: { sessionId: details.sessionId } } as const;
  return step({ ...state, extension: { ...extension, askedBy: 'you' } }, { type: 'send', frame });
}

function extensionOf({ extensionsLeft, extendAskedBy }: Matched): Extension {
  return { left: extensionsLeft, ...(extendAskedBy !== undefined && { askedBy: extendAskedBy }) };
}

function relayed(state: Live, at: { epoch: number; n: number }, signal: Signal, now: number): CallStep {
  if (isRefusal(signal)) return refused(state, now);
  return negotiate(heardOf(state), (negotiation) => negotiating.takeRelayed(negotiation, at.epoch, at.n, signal));
}

/** Who is heard is there: a `peer-reconnecting` may come after the `peer-reconnected` that undid it. */
function heardOf(state: Live): Live {
  return state.partnerAway ? { ...state, partnerAway: false } : state;
}

/** While the partner was away it heard nothing: it is told our certificate again, and a lost path is mended. */
function partnerBack(state: Live): CallStep {
  const told = negotiate({ ...state, partnerAway: false }, (negotiation) => step(negotiation, ...identifying.announce(negotiation)));
  if (state.media === 'connected') return told;
  const again = negotiate(told.state, negotiating.restart);
  return step(again.state, ...told.effects, ...again.effects);
}

/** A frame of another call: kept when that call may be about to begin, dropped when it is over. */
function elsewhere(state: CallState, frame: SessionFrame): CallStep {
  switch (state.phase) {
    case 'live':
      return step(state);
    case 'none':
      return step({ ...state, early: [...state.early, frame].slice(-EARLY_MAX) });
    case 'ended':
      if (frame.event === 'session-ended' && frame.data.sessionId === state.details.sessionId && state.cause === 'clock') {
        return step({ ...state, cause: frame.data.reason, durationMs: frame.data.durationMs });
      }
      return step(state);
    default:
      return state satisfies never;
  }
}

function due(state: Live, timer: CallTimer, now: number): CallStep {
  switch (timer) {
    case 'confirm':
      return negotiate(state, identifying.confirmNow);
    case 'channel':
      return negotiate(state, negotiating.channelLost);
    case 'silence':
      return negotiate(state, negotiating.silent);
    case 'progress':
      return negotiate(state, negotiating.noProgress);
    case 'restart':
      return pathLost(state);
    case 'settle':
      return negotiate(state, negotiating.settled);
    case 'identity':
      return distrust(state, now);
    case 'away':
      return step(heardOf(state));
    case 'patience':
      return state.media === 'connected' ? step(state) : step({ ...state, media: 'failed' }, status(state.details, 'failed'));
    case 'end':
      return untilEnd(state, now) > 0
        ? step(state, { type: 'timer', timer: 'end', ms: untilEnd(state, now) })
        : end(state, 'clock', now);
    default:
      return timer satisfies never;
  }
}

/** While the partner is known to be away their announcement may still be on its way. */
function distrust(state: Live, now: number): CallStep {
  if (state.negotiation === undefined || !identifying.identityFails(state.negotiation)) return step(state);
  if (state.partnerAway) return step(state, { type: 'timer', timer: 'identity', ms: identifying.CONTRADICTION_LIMIT_MS });
  const told = negotiate(state, negotiating.refuse);
  const ended = end(state, 'identity', now);
  return step(ended.state, ...told.effects, ...ended.effects, { type: 'send-later', frame: hangUp(state).frame, ms: REFUSAL_LEAD_MS });
}

/** The partner was shown another certificate than ours; in text alone there is none to be shown. */
function refused(state: Live, now: number): CallStep {
  return state.negotiation === undefined ? step(state) : end(state, 'identity', now, hangUp(state));
}

function peer(state: Live, event: CallEvent & { type: 'peer' }): CallStep {
  switch (event.news) {
    case 'certificate':
      return negotiate(state, (negotiation) => identifying.takeOwnFingerprint(negotiation, event.sha256));
    case 'signal':
      return negotiate(state, (negotiation) => negotiating.sendSignal(negotiation, event.signal, event.offer));
    case 'remote-set':
      return negotiate(state, negotiating.remoteSet);
    case 'candidate-refused':
      return negotiate(state, (negotiation) => negotiating.park(negotiation, event.signal.candidate));
    case 'connected':
      return connected(state, event.now);
    case 'disconnected':
      return step(
        waver(state),
        { type: 'timer', timer: 'restart', ms: negotiating.RESTART_PAUSE_MS },
        status(state.details, 'reconnecting'),
      );
    case 'failed':
      return pathLost(waver(state));
    default:
      return event satisfies never;
  }
}

function connected(state: Live, now: number): CallStep {
  const settling = negotiate({ ...heardOf(state), media: 'connected', everConnected: true }, negotiating.mediaConnected);
  const connectionTimeMs = Math.max(0, Math.round(now - state.beganAt));
  const told: CallEffect = state.everConnected
    ? status(state.details, 'connected')
    : { type: 'peer-report', frame: firstConnected(state.details, connectionTimeMs) };
  return step(settling.state, ...settling.effects, { type: 'timer-off', timer: 'patience' }, told);
}

/** The way to the partner is gone: it is looked for anew, and the server looks whether the partner is there at all. */
function pathLost(state: Live): CallStep {
  const again = negotiate(state, negotiating.restart);
  const asks = state.everConnected && !state.partnerAway ? [status(state.details, 'partner-lost')] : [];
  return step(again.state, ...again.effects, ...asks);
}

function waver(state: Live): Live {
  return { ...state, media: state.everConnected ? 'reconnecting' : 'connecting' };
}

function end(state: Live, cause: EndCause, now: number, farewell?: CallEffect, durationMs?: number): CallStep {
  const { details, mode, everConnected, endsAt } = state;
  const lasted = durationMs ?? Math.max(0, Math.min(now, endsAt) - details.startedAt);
  return step<CallState, CallEffect>(
    { phase: 'ended', details, mode, cause, durationMs: lasted, everConnected },
    ...(farewell ? [farewell] : []),
    ...CLOSING,
  );
}

const CLOSING: readonly CallEffect[] = [{ type: 'timers-off' }, { type: 'kvs-close' }, { type: 'peer-close' }];

function negotiate(state: CallState, act: (negotiation: Negotiation) => NegotiationStep): CallStep {
  if (state.phase !== 'live' || state.negotiation === undefined) return step(state);
  const { state: negotiation, effects } = act(state.negotiation);
  return step({ ...state, negotiation }, ...effects);
}

function untilEnd(state: Live, now: number): number {
  return state.endsAt + END_GRACE_MS - now;
}

function overId(state: CallState): string | undefined {
  switch (state.phase) {
    case 'none':
      return state.over;
    case 'ended':
      return state.details.sessionId;
    case 'live':
      return undefined;
    default:
      return state satisfies never;
  }
}
