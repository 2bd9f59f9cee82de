import type { RoomEffect } from './core/effect';
import { screenSendingOf, sendingOf } from './core/share';
import { OWN, speakerOf, type Speaker } from './core/speaker';
import { livelinessOf, readingOf, type Liveliness, type RoomReading } from './reading';

import type { PeerNews } from '@/lib/core/signal';
import type { Clock } from '@/lib/ports';
import { askPeer } from '@/lib/rtc/ask';
import type { CreatePeer, OwnTracks, Peer } from '@/lib/rtc/peer';
import { createValue, type Value } from '@/lib/value';
import type { Share } from '@/protocol/messages';

/** How often one looks who speaks and whose picture moves. */
const LOOK_EVERY_MS = 1000;

export interface LinkPorts {
  readonly clock: Clock;
  readonly createPeer: CreatePeer;
  readonly certificate: () => Promise<RTCCertificate>;
}

export type LinkEffect = Extract<RoomEffect, { readonly type: `peer-${string}` }>;

/** What comes from the others, by alias. */
export interface Shown {
  readonly streams: Value<ReadonlyMap<string, MediaStream>>;
  readonly lively: Value<ReadonlyMap<string, Liveliness>>;
  /** An alias, or `own`. */
  readonly speaker: Value<string | undefined>;
}

export interface Links extends Shown {
  readonly perform: (effect: LinkEffect) => void;
  readonly closeAll: () => void;
  readonly setTracks: (tracks: OwnTracks) => void;
  /** Shown instead of the camera. */
  readonly setScreen: (track: MediaStreamTrack | undefined) => void;
  readonly setShare: (share: Share | undefined) => void;
}

interface Held {
  readonly peer: Peer;
  reading?: RoomReading;
}

/** Holds one connection for each of the others. */
export function createLinks(ports: LinkPorts, heed: (peer: string, news: PeerNews) => void): Links {
  const held = new Map<string, Held>();
  const shown: Shown = { streams: createValue(EMPTY), lively: createValue(UNKNOWN), speaker: createValue<string | undefined>(undefined) };
  let tracks: OwnTracks = {};
  let screen: MediaStreamTrack | undefined;
  let share: Share | undefined;
  const own = (): OwnTracks => (screen === undefined ? tracks : { ...tracks, camera: screen });
  const limit = (peer: Peer): void => {
    if (share === undefined) return;
    const lines = tracks.camera?.getSettings().height;
    peer.limit(screen === undefined ? sendingOf(share, shown.speaker.get() === OWN, lines) : screenSendingOf(share));
  };
  const limitAll = (): void => {
    for (const { peer } of held.values()) limit(peer);
  };
  const attachAll = (): void => {
    for (const { peer } of held.values()) peer.setTracks(own());
    limitAll();
  };
  const close = (alias: string): void => {
    held.get(alias)?.peer.close();
    held.delete(alias);
    shown.streams.set(without(shown.streams.get(), alias));
    shown.lively.set(without(shown.lively.get(), alias));
  };
  const open = ({ peer: alias, iceServers, policy }: LinkEffect & { type: 'peer-open' }): void => {
    close(alias);
    const settings = { iceServers, policy, video: true, certificate: ports.certificate() };
    const peer = ports.createPeer(settings, own(), {
      onNews: (news) => {
        if (held.get(alias)?.peer !== peer) return;
        heed(alias, news);
        if (news.news === 'connected') limit(peer);
      },
      onStream: (stream) => shown.streams.set(new Map([...shown.streams.get(), [alias, stream]])),
    });
    held.set(alias, { peer });
  };
  shown.speaker.subscribe(limitAll);
  const look = watch(ports.clock, held, shown);
  return {
    ...shown,
    perform: (effect) => {
      if (effect.type === 'peer-open') {
        open(effect);
        return look();
      }
      if (effect.type === 'peer-close') return close(effect.peer);
      askPeer(held.get(effect.peer)?.peer, effect);
    },
    closeAll: () => {
      for (const alias of [...held.keys()]) close(alias);
      shown.speaker.set(undefined);
    },
    setTracks: (next) => {
      tracks = next;
      attachAll();
    },
    setScreen: (track) => {
      screen = track;
      attachAll();
    },
    setShare: (next) => {
      if (next?.lines === share?.lines && next?.listenerKbps === share?.listenerKbps && next?.speakerKbps === share?.speakerKbps && next?.frames === share?.frames) return;
      share = next;
      limitAll();
    },
  };
}

const EMPTY: ReadonlyMap<string, MediaStream> = new Map();
const UNKNOWN: ReadonlyMap<string, Liveliness> = new Map();

/** Looks at the statistics of all connections as long as there are any; the answer begins it. */
function watch(clock: Clock, held: ReadonlyMap<string, Held>, shown: Shown): () => void {
  let running = false;
  let speaker: Speaker | undefined;
  const read = async (): Promise<void> => {
    const levels = new Map<string, number>();
    const lively = new Map<string, Liveliness>();
    for (const [alias, one] of [...held]) {
      const report = await one.peer.stats().catch(() => undefined);
      if (report === undefined || held.get(alias) !== one) continue;
      const reading = readingOf(report);
      lively.set(alias, livelinessOf(one.reading, reading));
      one.reading = reading;
      levels.set(alias, reading.level);
      levels.set(OWN, Math.max(levels.get(OWN) ?? 0, reading.ownLevel));
    }
    speaker = speakerOf(speaker, levels, clock.now());
    shown.lively.set(lively);
    shown.speaker.set(held.size === 0 ? undefined : speaker?.who);
    running = held.size > 0;
    if (running) clock.after(LOOK_EVERY_MS, () => void read());
  };
  return () => {
    if (running) return;
    running = true;
    clock.after(LOOK_EVERY_MS, () => void read());
  };
}

function without<Item>(map: ReadonlyMap<string, Item>, key: string): ReadonlyMap<string, Item> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
