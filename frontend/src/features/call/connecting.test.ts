import { describe, expect, test } from 'vitest';

import { NO_CALL, PATIENCE_MS, reduceCall } from './machine';
import type { CallEffect, CallTimer } from './core/effect';
import type { CallEvent, CallState, SessionFrame } from './core/state';

import type { PeerNews, Signal } from '@/lib/core/signal';
import type { ClientFrame, Description, Matched } from '@/protocol/messages';
import { chanceOf } from '@/testing/chance';
import { OURS, THEIRS, matchOf, sdp } from '@/testing/match';

/** How KVS is: `half` refuses the offerer alone, `mute` opens and passes nothing on. */
const KVS = ['well', 'refuses', 'stalls', 'half', 'mute'] as const;
type Kvs = (typeof KVS)[number];
type Role = 'offerer' | 'answerer';

const RUNS = 300;
const START = matchOf('offerer', 'kvs').startedAt;
const CERTIFICATES = { offerer: OURS, answerer: THEIRS } as const;
const OTHER = { offerer: 'answerer', answerer: 'offerer' } as const;

/** A page, its timers, its channel and its peer connection, which knows descriptions by their marks. */
class Side {
  readonly role: Role;
  state: CallState = NO_CALL;
  readonly timers = new Map<CallTimer, number>();
  channel = { number: 0, open: false };
  readonly mail: Signal[] = [];
  peer = { generation: 0, busyUntil: 0, offered: '', heard: '' };

  constructor(role: Role) {
    this.role = role;
  }
}

/** Two pages, and between them the server, KVS and a network that is late, keeps no order, and loses a share. */
class World {
  readonly sides = { offerer: new Side('offerer'), answerer: new Side('answerer') };
  private readonly chance: () => number;
  private readonly kvs: Kvs;
  private readonly lost: number;
  private now = START;
  private readonly agenda: { readonly at: number; readonly work: () => void }[] = [];
  private session: Pick<Matched, 'epoch'> & { transport: 'kvs' | 'relay' } = { epoch: 1, transport: 'kvs' };
  private marks = 0;

  constructor(seed: number, kvs: Kvs, lost: number) {
    this.chance = chanceOf(seed);
    this.kvs = kvs;
    this.lost = lost;
    for (const side of this.all()) {
      this.later(() => this.happen(side, { type: 'begin', details: this.details(side), mode: 'video', signalN: 0, now: this.now }));
      // Now and then a socket is replaced, and the server says once more what it knows.
      if (this.chance() < 0.3) this.after(this.chance() * 5000, () => this.resume(side));
    }
  }

  run(ms: number): void {
    for (;;) {
      this.agenda.sort((a, b) => a.at - b.at);
      const next = this.agenda[0];
      if (next === undefined || next.at > START + ms) return;
      this.agenda.shift();
      this.now = next.at;
      next.work();
    }
  }

  all(): readonly Side[] {
    return [this.sides.offerer, this.sides.answerer];
  }

  private after(ms: number, work: () => void): void {
    this.agenda.push({ at: this.now + ms, work });
  }

  /** Mostly soon, sometimes after a second. */
  private later(work: () => void): void {
    this.after(5 + 1000 * this.chance() ** 4, work);
  }

  private happen(side: Side, event: CallEvent): void {
    const { state, effects } = reduceCall(side.state, event);
    side.state = state;
    for (const effect of effects) this.perform(side, effect);
  }

  private details({ role }: Side): Matched {
    return matchOf(role, this.session.transport, { epoch: this.session.epoch });
  }

  private resume(side: Side): void {
    const details = this.details(side);
    this.later(() => this.happen(side, { type: 'resumed', details, mode: 'video', signalN: 100, now: this.now }));
  }

  private tell(side: Side, event: SessionFrame['event'], data: object): void {
    if (this.chance() < this.lost) return;
    const frame = { event, ts: 0, data: { sessionId: 's1', ...data } } as unknown as SessionFrame;
    this.later(() => this.happen(side, { type: 'frame', frame, now: this.now }));
  }

  /** The server, as `domain` decides. */
  private serve(side: Side, frame: ClientFrame): void {
    const other = this.sides[OTHER[side.role]];
    const { session } = this;
    switch (frame.action) {
      case 'get-match-details':
        return this.tell(side, 'match-details', this.details(side));
      case 'fingerprint':
        return this.tell(other, 'fingerprint', { from: 'p1', sha256: frame.data.sha256 });
      case 'connection-status': {
        const { status, epoch, sha256 } = frame.data;
        if (sha256 !== undefined) this.tell(other, 'fingerprint', { from: 'p1', sha256 });
        if (status === 'signaling-failed' && epoch !== undefined) this.fallBack(side, epoch);
        return;
      }
      case 'send-offer':
      case 'send-answer':
      case 'send-candidate': {
        if (!('sessionId' in frame.data) || frame.data.epoch !== session.epoch) return;
        const { epoch, n, data } = frame.data;
        return this.tell(other, frame.action === 'send-offer' ? 'offer' : 'answer', { from: 'p1', epoch, n, data });
      }
      default:
    }
  }

  private fallBack(side: Side, epoch: number): void {
    const moves = this.session.transport === 'kvs' && epoch === this.session.epoch;
    if (moves) this.session = { epoch: epoch + 1, transport: 'relay' };
    const told = moves ? this.all() : epoch < this.session.epoch ? [side] : [];
    for (const one of told) this.tell(one, 'signaling', { epoch: this.session.epoch, transport: 'relay' });
  }

  private perform(side: Side, effect: CallEffect): void {
    switch (effect.type) {
      case 'send':
      case 'peer-report':
        if (this.chance() >= this.lost) this.later(() => this.serve(side, effect.frame));
        return;
      case 'kvs-open':
        return this.open(side);
      case 'kvs-send':
        if (this.kvs !== 'mute') this.later(() => this.pass(this.sides[OTHER[side.role]], effect.signal));
        return;
      case 'kvs-close':
        side.channel = { number: side.channel.number + 1, open: false };
        return;
      case 'timer': {
        const at = this.now + effect.ms;
        side.timers.set(effect.timer, at);
        return this.after(effect.ms, () => {
          if (side.timers.get(effect.timer) !== at) return;
          side.timers.delete(effect.timer);
          this.happen(side, { type: 'due', timer: effect.timer, now: this.now });
        });
      }
      case 'timer-off':
        side.timers.delete(effect.timer);
        return;
      case 'timers-off':
        return side.timers.clear();
      case 'peer-create':
        side.peer = { generation: effect.generation, busyUntil: 0, offered: '', heard: '' };
        return this.work(side, () => this.news(side, { news: 'certificate', sha256: CERTIFICATES[side.role] }));
      case 'peer-offer':
        return this.work(side, () => {
          side.peer.offered = this.mark();
          this.news(side, { news: 'signal', signal: this.describe(side, 'offer', side.peer.offered), offer: effect.offer });
        });
      case 'peer-answer':
        return this.work(side, () => {
          side.peer.heard = markOf(effect.offer);
          this.news(side, { news: 'remote-set' });
          this.news(side, { news: 'signal', signal: this.describe(side, 'answer', side.peer.heard) });
        });
      case 'peer-accept':
        return this.work(side, () => this.accept(side, markOf(effect.answer)));
      default:
    }
  }

  private open(side: Side): void {
    const channel = { number: side.channel.number + 1, open: false };
    side.channel = channel;
    if (this.kvs === 'stalls') return;
    this.later(() => {
      if (side.channel !== channel) return;
      if (this.kvs === 'refuses' || (this.kvs === 'half' && side.role === 'offerer')) return this.happen(side, { type: 'kvs-lost' });
      side.channel = { ...channel, open: true };
      this.happen(side, { type: 'kvs-opened' });
      for (const signal of side.mail.splice(0)) this.pass(side, signal);
    });
  }

  /** What comes for a page whose channel is not open waits for it. */
  private pass(side: Side, signal: Signal): void {
    if (side.channel.open) this.happen(side, { type: 'kvs-heard', signal, now: this.now });
    else side.mail.push(signal);
  }

  /** A connection does one thing after another. */
  private work(side: Side, act: () => void): void {
    const { peer } = side;
    peer.busyUntil = Math.max(this.now, peer.busyUntil) + 5 + 200 * this.chance() ** 2;
    this.after(peer.busyUntil - this.now, () => {
      if (side.peer === peer) act();
    });
  }

  /** Media flows once the answer to the newest offer is applied. */
  private accept(side: Side, mark: string): void {
    const newest = mark === side.peer.offered;
    side.peer.offered = '';
    this.news(side, { news: 'remote-set' });
    this.after(50, () => {
      if (!newest || this.sides.answerer.peer.heard !== mark) return;
      for (const one of this.all()) this.news(one, { news: 'connected' });
    });
  }

  private news(side: Side, news: PeerNews): void {
    this.happen(side, { type: 'peer', generation: side.peer.generation, now: this.now, ...news });
  }

  private describe({ role }: Side, kind: 'offer' | 'answer', mark: string): Signal {
    return { kind, description: { type: kind, sdp: sdp(CERTIFICATES[role], mark) } };
  }

  private mark(): string {
    this.marks += 1;
    return String(this.marks);
  }
}

function markOf({ sdp: text }: Description): string {
  return /s=(\d+)/u.exec(text)?.[1] ?? '';
}

function mediaAfter(world: World, ms: number): readonly string[] {
  world.run(ms);
  return world.all().map(({ state }) => (state.phase === 'live' ? state.media : state.phase));
}

describe.each(KVS)('with KVS that is or does: %s', (kvs) => {
  test('both connect before their patience ends, in whatever order things come', () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      expect(mediaAfter(new World(seed, kvs, 0), PATIENCE_MS), `seed ${seed}`).toEqual(['connected', 'connected']);
    }
  });

  test('both connect in the end, whatever is lost', () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      expect(mediaAfter(new World(seed, kvs, 0.05), 200_000), `seed ${seed}`).toEqual(['connected', 'connected']);
    }
  });
});
