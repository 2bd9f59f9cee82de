import type { CallEffect, CallTimer } from './core/effect';
import { judge, type Judgement } from './core/quality';
import type { CallEvent, CallState } from './core/state';
import { NO_CALL, reduceCall } from './machine';
import { connectionTypeOf, readingOf } from './reading';

import type { PeerNews, Signal } from '@/lib/core/signal';
import { runMachine, type Runner } from '@/lib/machine';
import type { Clock } from '@/lib/ports';
import { askPeer } from '@/lib/rtc/ask';
import type { CreatePeer, OwnTracks, Peer } from '@/lib/rtc/peer';
import { createTimers, type Timers } from '@/lib/timers';
import type { KvsChannel, OpenKvs } from '@/lib/signaling/kvs';
import { createValue, type Value } from '@/lib/value';
import type { ClientFrame } from '@/protocol/messages';

/** How often the connection is looked at. */
const LOOK_EVERY_MS = 2000;

export interface CallPorts {
  readonly clock: Clock;
  /** The server's time in Unix milliseconds. */
  readonly serverNow: () => number;
  readonly send: (frame: ClientFrame) => void;
  readonly openKvs: OpenKvs;
  readonly createPeer: CreatePeer;
  readonly createCertificate: () => Promise<RTCCertificate>;
  readonly remember: (sessionId: string, signalN: number) => void;
}

export interface Call extends Runner<CallState, CallEvent> {
  readonly setTracks: (tracks: OwnTracks) => void;
  /** What the partner sends; absent until it does. */
  readonly stream: Value<MediaStream | undefined>;
  readonly quality: Value<Judgement | undefined>;
}

export function createCall(ports: CallPorts): Call {
  const stream = createValue<MediaStream | undefined>(undefined);
  const quality = createValue<Judgement | undefined>(undefined);
  const timers = createTimers<CallTimer>(ports.clock, (timer) => runner.send({ type: 'due', timer, now: ports.serverNow() }));
  const kvs = kvsHand(ports, (event) => runner.send(event));
  const peer = peerHand(ports, { stream, quality }, (event) => runner.send(event));

  const perform = (effect: CallEffect): void => {
    if (isOffer(effect)) peer.offered();
    switch (effect.type) {
      case 'send':
        return ports.send(effect.frame);
      case 'send-later':
        ports.clock.after(effect.ms, () => ports.send(effect.frame));
        return;
      case 'kvs-open':
      case 'kvs-send':
      case 'kvs-close':
        return kvs(effect);
      case 'peer-create':
      case 'peer-servers':
      case 'peer-offer':
      case 'peer-answer':
      case 'peer-accept':
      case 'peer-candidate':
      case 'peer-close':
      case 'peer-report':
        return peer.perform(effect);
      case 'timer':
      case 'timer-off':
      case 'timers-off':
        return keepTime(timers, effect);
      case 'remember':
        return ports.remember(effect.sessionId, effect.signalN);
      default:
        return effect satisfies never;
    }
  };
  const runner = runMachine(NO_CALL as CallState, reduceCall, perform);
  return { ...runner, setTracks: peer.setTracks, stream, quality };
}

/** Whether the partner gets our offer now, by whichever way. */
function isOffer(effect: CallEffect): boolean {
  return (
    (effect.type === 'kvs-send' && effect.signal.kind === 'offer') || (effect.type === 'send' && effect.frame.action === 'send-offer')
  );
}

function keepTime(timers: Timers<CallTimer>, effect: CallEffect & { type: 'timer' | 'timer-off' | 'timers-off' }): void {
  if (effect.type === 'timer') timers.set(effect.timer, effect.ms);
  else if (effect.type === 'timer-off') timers.clear(effect.timer);
  else timers.clearAll();
}

type KvsEffect = Extract<CallEffect, { readonly type: 'kvs-open' | 'kvs-send' | 'kvs-close' }>;

function kvsHand(ports: CallPorts, send: (event: CallEvent) => void): (effect: KvsEffect) => void {
  let channel: KvsChannel | undefined;
  const heard = (signal: Signal): void => send({ type: 'kvs-heard', signal, now: ports.serverNow() });
  return (effect) => {
    switch (effect.type) {
      case 'kvs-open':
        channel?.close();
        channel = ports.openKvs(effect.grant, {
          onOpen: () => send({ type: 'kvs-opened' }),
          onLost: () => send({ type: 'kvs-lost' }),
          onDescription: (description) => heard({ kind: description.type, description }),
          onCandidate: (candidate) => heard({ kind: 'candidate', candidate }),
        });
        return;
      case 'kvs-send':
        if (effect.signal.kind === 'candidate') channel?.sendCandidate(effect.signal.candidate);
        else channel?.sendDescription(effect.signal.description);
        return;
      case 'kvs-close':
        channel?.close();
        channel = undefined;
        return;
      default:
        effect satisfies never;
    }
  };
}

type PeerEffect = Extract<CallEffect, { readonly type: `peer-${string}` }>;

interface Shown {
  readonly stream: Value<MediaStream | undefined>;
  readonly quality: Value<Judgement | undefined>;
}

function peerHand(ports: CallPorts, shown: Shown, send: (event: CallEvent) => void) {
  let peer: Peer | undefined;
  let certificate: Promise<RTCCertificate> | undefined;
  let tracks: OwnTracks = {};
  let stopLooking = (): void => undefined;
  const measure = createMeasure(ports);

  const close = (): void => {
    stopLooking();
    measure.forget();
    peer?.close();
    peer = undefined;
    shown.stream.set(undefined);
    shown.quality.set(undefined);
  };
  const create = ({ generation, ...settings }: PeerEffect & { type: 'peer-create' }): void => {
    close();
    certificate ??= ports.createCertificate();
    peer = ports.createPeer({ ...settings, certificate }, tracks, {
      onNews: (news) => {
        measure.heed(news);
        send({ type: 'peer', generation, now: ports.serverNow(), ...news });
      },
      onStream: shown.stream.set,
    });
    stopLooking = look(ports.clock, peer, shown.quality.set);
  };
  const perform = (effect: PeerEffect): void => {
    switch (effect.type) {
      case 'peer-create':
        return create(effect);
      case 'peer-servers':
      case 'peer-offer':
      case 'peer-answer':
      case 'peer-accept':
      case 'peer-candidate':
        return askPeer(peer, effect);
      case 'peer-report':
        return void measure.report(effect.frame, peer);
      case 'peer-close':
        certificate = undefined;
        return close();
      default:
        return effect satisfies never;
    }
  };
  return {
    perform,
    offered: measure.offered,
    setTracks: (next: OwnTracks): void => {
      tracks = next;
      peer?.setTracks(next);
    },
  };
}

/** Measures how one connection came about. */
function createMeasure(ports: CallPorts) {
  /** When the last offer went out, and how long it took until its answer was applied. */
  let offeredAt: number | undefined;
  let signalingMs: number | undefined;
  return {
    offered: (): void => {
      offeredAt = ports.clock.now();
    },
    heed: ({ news }: PeerNews): void => {
      if (news !== 'remote-set' || offeredAt === undefined) return;
      signalingMs = Math.max(0, Math.round(ports.clock.now() - offeredAt));
      offeredAt = undefined;
    },
    forget: (): void => {
      [offeredAt, signalingMs] = [undefined, undefined];
    },
    report: async (frame: (PeerEffect & { type: 'peer-report' })['frame'], peer: Peer | undefined): Promise<void> => {
      const took = signalingMs;
      const connectionType = connectionTypeOf(await peer?.stats().catch(() => undefined));
      const measured = { ...(connectionType !== undefined && { connectionType }), ...(took !== undefined && { signalingMs: took }) };
      ports.send({ ...frame, data: { ...frame.data, ...measured } });
    },
  };
}

/** Reads the connection's statistics again and again; the answer stops it. */
function look(clock: Clock, peer: Peer, show: (judgement: Judgement) => void): () => void {
  let before = readingOf(undefined, clock.now());
  let cancel = (): void => undefined;
  let stopped = false;
  const read = async (): Promise<void> => {
    const report = await peer.stats().catch(() => undefined);
    if (stopped) return;
    if (report !== undefined) {
      const after = readingOf(report, clock.now());
      if (before.packetsReceived > 0) show(judge(before, after));
      before = after;
    }
    cancel = clock.after(LOOK_EVERY_MS, () => void read());
  };
  cancel = clock.after(LOOK_EVERY_MS, () => void read());
  return () => {
    stopped = true;
    cancel();
  };
}
