import { describe, expect, test } from 'vitest';

import { AWAY_LIMIT_MS, END_GRACE_MS, NO_CALL, reduceCall, REFUSAL_LEAD_MS } from './machine';
import type { CallEffect } from './core/effect';
import type { CallEvent, CallState, SessionFrame } from './core/state';
import { callStatus } from './core/status';

import { refusalBy } from '@/lib/core/refusal';
import type { ClientFrame } from '@/protocol/messages';
import { chanceOf, oneOf, shuffled } from '@/testing/chance';
import { OURS, STRANGER, THEIRS, matchOf, sdp } from '@/testing/match';

const DETAILS = matchOf('offerer', 'relay');
const START = DETAILS.startedAt;
const BEGIN: CallEvent = { type: 'begin', details: DETAILS, mode: 'video', signalN: 0, now: START };
const ENDED_FRAME: SessionFrame = { event: 'session-ended', ts: 0, data: { sessionId: 's1', reason: 'peer-left', durationMs: 42_000 } };

function play(...events: readonly CallEvent[]): { state: CallState; effects: readonly CallEffect[] } {
  return events.reduce<{ state: CallState; effects: readonly CallEffect[] }>(({ state }, event) => reduceCall(state, event), {
    state: NO_CALL,
    effects: [],
  });
}

function frame(event: SessionFrame['event'], data: object, now = START): CallEvent {
  return { type: 'frame', now, frame: { event, ts: now, data: { sessionId: 's1', ...data } } as unknown as SessionFrame };
}

function news(what: 'connected' | 'disconnected' | 'failed', generation = 1, now = START + 900): CallEvent {
  return { type: 'peer', generation, now, news: what };
}

function frames(effects: readonly CallEffect[]): readonly ClientFrame[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.frame] : []));
}

function received(sha256?: string): ClientFrame {
  return { action: 'connection-status', data: { sessionId: 's1', status: 'received', epoch: 1, ...(sha256 !== undefined && { sha256 }) } };
}

function statuses(effects: readonly CallEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.type === 'send' && effect.frame.action === 'connection-status' ? [effect.frame.data.status] : []));
}

function certificate(sha256: string, generation = 1): CallEvent {
  return { type: 'peer', generation, now: START, news: 'certificate', sha256 };
}

const CONFIRM_DUE: CallEvent = { type: 'due', timer: 'confirm', now: START + 1000 };

const closed = (effects: readonly CallEffect[]): boolean => effects.some(({ type }) => type === 'peer-close');

describe('beginning', () => {
  test('is about to confirm the match, begins to connect and sets the clock', () => {
    const { effects } = play(BEGIN);
    expect(effects).toContainEqual({ type: 'timer', timer: 'confirm', ms: 1000 });
    expect(effects).toContainEqual({ type: 'timer', timer: 'end', ms: 300_000 + END_GRACE_MS });
    expect(effects.some(({ type }) => type === 'peer-create')).toBe(true);
  });

  test('in text mode negotiates nothing and is connected', () => {
    const { state, effects } = play({ ...BEGIN, mode: 'text' });
    expect(state).toMatchObject({ phase: 'live', media: 'connected' });
    expect(effects.some(({ type }) => type === 'peer-create')).toBe(false);
  });

  test('takes up the frames that overtook the match, and only those of this call', () => {
    const fingerprint = { from: 'p1', sha256: 'AA' };
    const { state } = play(frame('fingerprint', fingerprint), frame('fingerprint', { ...fingerprint, sessionId: 's0', sha256: 'BB' }), BEGIN);
    expect(state).toMatchObject({ negotiation: { peerSha256: 'AA' } });
  });

  test('instead of another call leaves nothing of it, least of all its certificate', () => {
    const { effects } = play(BEGIN, certificate(OURS), { ...BEGIN, details: { ...DETAILS, sessionId: 's2' } });
    const order = effects.map(({ type }) => type).filter((type) => type.startsWith('peer-') || type === 'kvs-close');
    expect(order).toEqual(['kvs-close', 'peer-close', 'peer-create', 'peer-offer']);
  });

  test('twice with the same match changes no connection', () => {
    expect(play(BEGIN, BEGIN).effects.some(({ type }) => type === 'peer-create')).toBe(false);
  });
});

describe('the confirmation', () => {
  /** The frames of all events, not of the last alone. */
  function said(...events: readonly CallEvent[]): readonly ClientFrame[] {
    return events.flatMap((_, last) => frames(play(...events.slice(0, last + 1)).effects));
  }
  const again: CallEvent = { type: 'resumed', details: DETAILS, mode: 'video', signalN: 0, now: START };
  const told = (sha256: string): ClientFrame => ({ action: 'fingerprint', data: { sessionId: 's1', sha256 } });

  test('of a call with media is said once, with the certificate', () => {
    expect(said(BEGIN, certificate(OURS), CONFIRM_DUE, BEGIN)).toEqual([received(OURS)]);
    expect(said(BEGIN, BEGIN, frame('match-details', DETAILS), certificate(OURS))).toEqual([received(OURS)]);
  });

  test('without a certificate is said after the limit, and the certificate when it comes', () => {
    expect(said(BEGIN, CONFIRM_DUE, CONFIRM_DUE, certificate(OURS))).toEqual([received(), told(OURS)]);
  });

  test('of a text call is said at once, also to a socket that came back', () => {
    expect(said({ ...BEGIN, mode: 'text' })).toEqual([received()]);
    expect(said({ ...BEGIN, mode: 'text' }, { ...again, mode: 'text' })).toEqual([received(), received()]);
  });

  test('that is still to be said when the socket comes back is said once', () => {
    expect(said(BEGIN, again, certificate(OURS))).toEqual([received(OURS)]);
    expect(said(BEGIN, CONFIRM_DUE, again, CONFIRM_DUE)).toEqual([received(), received()]);
  });

  test('of a match that is left first is never said', () => {
    const hangUp: ClientFrame = { action: 'end-call', data: { sessionId: 's1' } };
    expect(said(BEGIN, { type: 'end', now: START }, certificate(OURS), CONFIRM_DUE)).toEqual([hangUp]);
    expect(said(BEGIN, { type: 'drop' }, certificate(OURS), CONFIRM_DUE)).toEqual([]);
    expect(play(BEGIN, { type: 'drop' }).effects).toContainEqual({ type: 'timers-off' });
  });

  test('in whatever order things happen is said once for each begin, and the certificate is told', () => {
    const chance = chanceOf(12);
    for (let run = 0; run < 500; run += 1) {
      const events: readonly CallEvent[] = [
        BEGIN,
        again,
        CONFIRM_DUE,
        { type: 'due', timer: 'progress', now: START },
        frame('match-details', DETAILS),
        frame('signaling', { epoch: 2, transport: 'relay' }),
        frame('fingerprint', { from: 'p1', sha256: THEIRS }),
        frame('fingerprint', { from: 'p1', sha256: STRANGER }),
        frame('peer-reconnected', { peerId: 'p1' }),
        ...[1, 1, 2, 3].map((generation) => certificate(OURS, generation)),
      ];
      const last = oneOf<CallEvent>(chance, [{ type: 'end', now: START }, { type: 'drop' }, CONFIRM_DUE]);
      confirmsOnce([BEGIN, ...shuffled(chance, [...events, last])]);
    }
  });
});

/**
 * Each begin owes one confirmation, for which its timer runs until it is said or the call is over; and whenever the
 * page knows its certificate, it has told it since.
 */
function confirmsOnce(events: readonly CallEvent[]): void {
  let state: CallState = NO_CALL;
  let [owed, running, told] = [false, false, false];
  const happen = (event: CallEvent): void => {
    const wasLive = state.phase === 'live';
    const { state: after, effects } = reduceCall(state, event);
    state = after;
    if (after.phase !== 'live') owed = false;
    else if (!wasLive || event.type === 'resumed') [owed, told] = [true, false];
    for (const effect of effects) {
      if (effect.type === 'timer' && effect.timer === 'confirm') running = true;
      if (effect.type === 'timers-off' || (effect.type === 'timer-off' && effect.timer === 'confirm')) running = false;
    }
    for (const { action, data } of frames(effects)) {
      if (action === 'fingerprint') told = true;
      if (action !== 'connection-status' || data.status !== 'received') continue;
      expect(owed).toBe(true);
      [owed, told] = [false, data.sha256 === OURS];
    }
    expect(running).toBe(owed);
    if (after.phase === 'live') expect(told).toBe(after.negotiation?.ownSha256 === OURS);
  };
  for (const event of [...events, CONFIRM_DUE]) happen(event);
  expect(owed).toBe(false);
}

describe('more time', () => {
  const askedFor = (who: 'you' | 'partner') => ({ extension: { left: 3, askedBy: who } });

  test('is asked for once, and moves the end only when the server says so', () => {
    const asked = play(BEGIN, { type: 'extend' });
    expect(asked.state).toMatchObject({ ...askedFor('you'), endsAt: DETAILS.endsAt });
    expect(reduceCall(asked.state, { type: 'extend' }).effects).toEqual([]);
    const granted = reduceCall(asked.state, frame('session-extended', { endsAt: DETAILS.endsAt + 300_000, extensionsLeft: 2 }));
    expect(granted.state).toMatchObject({ endsAt: DETAILS.endsAt + 300_000, extension: { left: 2 } });
    const due = reduceCall(granted.state, { type: 'due', timer: 'end', now: DETAILS.endsAt + END_GRACE_MS });
    expect(due.effects).toEqual([{ type: 'timer', timer: 'end', ms: 300_000 }]);
  });

  test('that was missed is learned from the warning, and a late warning takes none away', () => {
    const later = DETAILS.endsAt + 300_000;
    const warned = play(BEGIN, frame('session-warning', { endsAt: later }));
    expect(warned.state).toMatchObject({ phase: 'live', endsAt: later });
    expect(reduceCall(warned.state, frame('session-warning', { endsAt: DETAILS.endsAt })).state).toHaveProperty('endsAt', later);
  });

  test('that the partner asked for is shown, unless the answer was faster', () => {
    expect(play(BEGIN, frame('extend-requested', { endsAt: DETAILS.endsAt })).state).toMatchObject(askedFor('partner'));
    const granted = frame('session-extended', { endsAt: DETAILS.endsAt + 300_000, extensionsLeft: 2 });
    const late = play(BEGIN, granted, frame('extend-requested', { endsAt: DETAILS.endsAt })).state;
    expect(late).toHaveProperty('extension', { left: 2 });
  });

  test('is not taken back by details that were asked for before', () => {
    const granted = frame('session-extended', { endsAt: DETAILS.endsAt + 300_000, extensionsLeft: 2 });
    const back: CallEvent = { type: 'resumed', details: DETAILS, mode: 'video', signalN: 0, now: START };
    for (const late of [frame('match-details', DETAILS), back]) {
      expect(play(BEGIN, granted, late).state).toMatchObject({ endsAt: DETAILS.endsAt + 300_000, extension: { left: 2 } });
    }
  });

  test('that is refused for good is offered no more', () => {
    const { state } = play(BEGIN, { type: 'extend' }, { type: 'extend-refused', final: true });
    expect(state).toHaveProperty('extension', { left: 0 });
  });
});

describe('media', () => {
  test('is reported once it flows, with how long it took', () => {
    const { state, effects } = play(BEGIN, news('connected'));
    expect(state).toMatchObject({ media: 'connected', everConnected: true });
    expect(effects).toContainEqual({
      type: 'peer-report',
      frame: { action: 'connection-status', data: { sessionId: 's1', status: 'connected', epoch: 1, connectionTimeMs: 900 } },
    });
  });

  test('of an older connection is not heard', () => {
    expect(play(BEGIN, news('connected', 7)).state).toMatchObject({ media: 'connecting' });
  });

  test('that is disturbed gets a moment, then ICE restarts', () => {
    const disturbed = play(BEGIN, news('connected'), news('disconnected'));
    expect(disturbed.effects).toContainEqual({ type: 'timer', timer: 'restart', ms: 2500 });
    expect(statuses(disturbed.effects)).toEqual(['reconnecting']);
    expect(disturbed.state).toMatchObject({ media: 'reconnecting' });
    const { effects } = reduceCall(disturbed.state, { type: 'due', timer: 'restart', now: START });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'peer-offer', restart: true }));
    expect(statuses(effects)).toEqual(['partner-lost']);
  });

  test('that is lost while the partner is known to be away asks nobody', () => {
    const away = play(BEGIN, news('connected'), frame('peer-reconnecting', { peerId: 'p1' }), news('failed'));
    expect(statuses(away.effects)).toEqual([]);
  });

  test('that failed restarts at once', () => {
    const { effects } = play(BEGIN, news('connected'), news('failed'));
    expect(effects).toContainEqual(expect.objectContaining({ type: 'peer-offer', restart: true }));
    expect(statuses(effects)).toEqual(['partner-lost']);
  });

  test('that never came is called failed, and the chat goes on', () => {
    const { state, effects } = play(BEGIN, { type: 'due', timer: 'patience', now: START + 30_000 });
    expect(state).toMatchObject({ phase: 'live', media: 'failed' });
    expect(statuses(effects)).toEqual(['failed']);
  });
});

describe('the end', () => {
  test('by the server is final and closes everything', () => {
    const { state, effects } = play(BEGIN, { type: 'frame', frame: ENDED_FRAME, now: START + 42_000 });
    expect(state).toMatchObject({ phase: 'ended', cause: 'peer-left', durationMs: 42_000 });
    expect(closed(effects)).toBe(true);
    expect(reduceCall(state, news('connected')).effects).toEqual([]);
  });

  test('of another call is not ours', () => {
    expect(play(BEGIN, frame('session-ended', { sessionId: 's0', reason: 'timeout', durationMs: 1 })).state.phase).toBe('live');
  });

  test('by the page’s own clock needs no server', () => {
    const { state, effects } = play(BEGIN, { type: 'due', timer: 'end', now: DETAILS.endsAt + END_GRACE_MS });
    expect(state).toMatchObject({ phase: 'ended', cause: 'clock', durationMs: 300_000 });
    expect(closed(effects)).toBe(true);
  });

  test('by the own clock comes later when the clock was wrong', () => {
    const { state, effects } = play(BEGIN, { type: 'due', timer: 'end', now: DETAILS.endsAt });
    expect(state.phase).toBe('live');
    expect(effects).toEqual([{ type: 'timer', timer: 'end', ms: END_GRACE_MS }]);
  });

  test('by the button tells the server, once', () => {
    const { effects } = play(BEGIN, { type: 'end', now: START + 5000 });
    expect(effects).toContainEqual({ type: 'send', frame: { action: 'end-call', data: { sessionId: 's1' } } });
    expect(play(BEGIN, { type: 'end', now: START }, { type: 'end', now: START }).effects).toEqual([]);
  });

  test('by `next` is told by `next` itself', () => {
    const { effects } = play(BEGIN, { type: 'skip', now: START + 5000 });
    expect(effects.some(({ type }) => type === 'send')).toBe(false);
  });
});

describe('a stranger in the middle', () => {
  const theirs = frame('fingerprint', { from: 'p1', sha256: THEIRS });
  const swapped = frame('answer', { from: 'p1', epoch: 1, n: 1, data: { type: 'answer', sdp: sdp(STRANGER) } });
  const due: CallEvent = { type: 'due', timer: 'identity', now: START + 3000 };
  const hangUp: ClientFrame = { action: 'end-call', data: { sessionId: 's1' } };

  test('ends it: the partner is told why before we hang up', () => {
    const { state, effects } = play(BEGIN, theirs, swapped, due);
    expect(state).toMatchObject({ phase: 'ended', cause: 'identity' });
    expect(closed(effects)).toBe(true);
    expect(frames(effects)).toMatchObject([{ action: 'send-offer', data: { sessionId: 's1', n: 1, data: { type: 'offer' } } }]);
    expect(effects.at(-1)).toEqual({ type: 'send-later', frame: hangUp, ms: REFUSAL_LEAD_MS });
  });

  test('whom the partner has seen ends it as well', () => {
    const refusal = refusalBy('answerer');
    if (refusal.kind === 'candidate') throw new Error('is a candidate');
    const { description } = refusal;
    for (const heard of [frame('answer', { from: 'p1', epoch: 1, n: 1, data: description }), { type: 'kvs-heard', signal: refusal, now: START } as const]) {
      const { state, effects } = play(BEGIN, theirs, heard);
      expect(state).toMatchObject({ phase: 'ended', cause: 'identity' });
      expect(frames(effects)).toEqual([hangUp]);
    }
  });

  test('has nothing to do with text, which has no certificate', () => {
    const refusal = { type: 'answer', sdp: 'v=0\r\n' };
    expect(play({ ...BEGIN, mode: 'text' }, frame('answer', { from: 'p1', epoch: 1, n: 1, data: refusal })).state.phase).toBe('live');
  });

  test('is not who is away: their announcement may still come', () => {
    const waits = play(BEGIN, theirs, swapped, frame('peer-reconnecting', { peerId: 'p1' }), due);
    expect(waits.state.phase).toBe('live');
    expect(waits.effects).toEqual([{ type: 'timer', timer: 'identity', ms: 3000 }]);
    const back = play(BEGIN, theirs, swapped, frame('peer-reconnecting', { peerId: 'p1' }), due, frame('fingerprint', { from: 'p1', sha256: STRANGER }), due);
    expect(back.state).toMatchObject({ phase: 'live' });
  });
});

describe('a socket that comes back', () => {
  const resumed = (some: object = {}): CallEvent => ({ type: 'resumed', mode: 'video', signalN: 0, now: START + 9000, ...some });

  test('finds the call as it was and leaves flowing media alone', () => {
    const { state, effects } = play(BEGIN, certificate(OURS), news('connected'), resumed({ details: DETAILS }));
    expect(state.phase).toBe('live');
    expect(effects.filter(({ type }) => type === 'peer-offer' || type === 'peer-create')).toEqual([]);
    expect(frames(effects)).toEqual([received(OURS)]);
  });

  test('after a reload begins the call anew, and numbers go on', () => {
    const { state, effects } = play(resumed({ details: DETAILS, signalN: 17 }));
    expect(state).toMatchObject({ phase: 'live', negotiation: { signalN: 17 } });
    expect(effects.some(({ type }) => type === 'peer-create')).toBe(true);
  });

  test('finds no call: it ended meanwhile', () => {
    expect(play(BEGIN, resumed()).state).toMatchObject({ phase: 'ended', cause: 'lost' });
    expect(play(BEGIN, resumed({ now: DETAILS.endsAt + 1 })).state).toMatchObject({ phase: 'ended', cause: 'timeout' });
  });

  test('finds the call that we hung up while nobody heard it: we hang up again', () => {
    const events: CallEvent[] = [BEGIN, { type: 'end', now: START }, { type: 'dismiss' }, resumed({ details: DETAILS })];
    const { state, effects } = play(...events);
    expect(state.phase).toBe('none');
    expect(effects).toEqual([{ type: 'send', frame: { action: 'end-call', data: { sessionId: 's1' } } }]);
  });
});

describe('the partner', () => {
  test('is away and back', () => {
    const away = play(BEGIN, news('connected'), frame('peer-reconnecting', { peerId: 'p1' }));
    expect(away.state).toMatchObject({ partnerAway: true });
    expect(reduceCall(away.state, frame('peer-reconnected', { peerId: 'p1' })).state).toMatchObject({ partnerAway: false });
  });
});

describe('a partner who is said to be away after they came back', () => {
  test.each([
    ['their certificate', frame('fingerprint', { from: 'p1', sha256: THEIRS })],
    ['media', news('connected')],
    ['a call that goes on after the grace', { type: 'due', timer: 'away', now: START + AWAY_LIMIT_MS } as const],
  ])('is there again with %s', (_, sign) => {
    const away = play(BEGIN, news('connected'), frame('peer-reconnected', { peerId: 'p1' }), frame('peer-reconnecting', { peerId: 'p1' }));
    expect(away.state).toMatchObject({ partnerAway: true });
    expect(away.effects).toContainEqual({ type: 'timer', timer: 'away', ms: AWAY_LIMIT_MS });
    expect(reduceCall(away.state, sign).state).toMatchObject({ partnerAway: false });
  });
});

describe('the status in words', () => {
  test.each([
    [[BEGIN], true, 'Connecting…'],
    [[BEGIN, news('connected')], true, 'Connected'],
    [[BEGIN, news('connected')], false, 'Connected, chat is coming back…'],
    [[BEGIN, news('connected'), news('disconnected')], true, 'Reconnecting…'],
    [[BEGIN, news('connected'), frame('peer-reconnecting', { peerId: 'p1' })], true, 'Partner reconnecting…'],
    [[BEGIN, { type: 'due', timer: 'patience', now: START }] satisfies CallEvent[], true, 'Failed: no direct path to your partner'],
  ])('%#', (events, online, text) => {
    const { state } = play(...events);
    if (state.phase !== 'live') throw new Error('the call is not live');
    expect(callStatus(state, online).text).toBe(text);
  });
});
