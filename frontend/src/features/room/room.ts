import type { Entry, RoomEffect, RoomTimer } from './core/effect';
import { JOIN_ID } from './core/frames';
import { SCREEN_HINT } from './core/share';
import type { RoomEvent, RoomMachineState } from './core/state';
import { NO_CERTIFICATE } from './core/words';
import { createLinks, type Shown } from './links';
import { NO_ROOM, reduceRoom } from './machine';

import { runMachine, type Runner } from '@/lib/machine';
import { problemOf, type Clock } from '@/lib/ports';
import type { RoomsApi } from '@/lib/ports-rooms';
import type { CreatePeer, OwnTracks } from '@/lib/rtc/peer';
import { createTimers } from '@/lib/timers';
import { createValue, type Value } from '@/lib/value';
import type { ClientFrame } from '@/protocol/messages';

export interface RoomPorts {
  readonly clock: Clock;
  readonly api: Pick<RoomsApi, 'room'>;
  readonly send: (frame: ClientFrame) => void;
  /** Opens the socket, and signs in for it. */
  readonly connect: () => void;
  readonly createPeer: CreatePeer;
  readonly createCertificate: () => Promise<RTCCertificate>;
  readonly fingerprint: (certificate: RTCCertificate) => Promise<string | undefined>;
  /** Lets the person pick a screen; fails when they do not. */
  readonly openScreen: () => Promise<MediaStreamTrack>;
  /** Switches the own microphone off. */
  readonly hush: () => void;
}

export interface Room extends Runner<RoomMachineState, RoomEvent>, Shown {
  readonly setTracks: (tracks: OwnTracks) => void;
  /** The screen that is shown, for oneself to see. */
  readonly screen: Value<MediaStreamTrack | undefined>;
}

export function createRoom(ports: RoomPorts): Room {
  const timers = createTimers<RoomTimer>(ports.clock, (timer) => runner.send({ type: 'due', timer }));
  const identity = createIdentity(ports, () => runner.send({ type: 'refused', id: JOIN_ID, problem: NO_CERTIFICATE }));
  const links = createLinks({ ...ports, certificate: identity.certificate }, (peer, news) => runner.send({ type: 'peer', peer, news }));
  const screen = createScreen(ports, (event) => runner.send(event));
  screen.track.subscribe(() => links.setScreen(screen.track.get()));

  const perform = (effect: RoomEffect): void => {
    switch (effect.type) {
      case 'look':
        return look(ports, effect.roomId, runner.send);
      case 'connect':
        return ports.connect();
      case 'join':
        return identity.join(effect.entry, effect.peerId);
      case 'send':
        return ports.send(effect.frame);
      case 'peer-open':
      case 'peer-servers':
      case 'peer-offer':
      case 'peer-answer':
      case 'peer-accept':
      case 'peer-candidate':
      case 'peer-close':
        return links.perform(effect);
      case 'close':
        links.closeAll();
        screen.close();
        return identity.forget();
      case 'screen-open':
        return screen.open();
      case 'screen-close':
        return screen.close();
      case 'hush':
        return ports.hush();
      case 'fade':
        ports.clock.after(effect.ms, () => runner.send({ type: 'faded', key: effect.key }));
        return;
      case 'timer':
        return timers.set(effect.timer, effect.ms);
      case 'timer-off':
        return timers.clear(effect.timer);
      case 'timers-off':
        return timers.clearAll();
      default:
        return effect satisfies never;
    }
  };
  const runner = runMachine(NO_ROOM as RoomMachineState, reduceRoom, perform);
  runner.subscribe(() => {
    const state = runner.get();
    links.setShare(state.phase === 'inside' ? state.view.share : undefined);
  });
  const { streams, lively, speaker, setTracks } = links;
  return { ...runner, streams, lively, speaker, setTracks, screen: screen.track };
}

function look({ api }: RoomPorts, roomId: string, send: (event: RoomEvent) => void): void {
  api.room(roomId).then(
    (facts) => send({ type: 'facts', facts }),
    (error: unknown) => send({ type: 'no-facts', roomId, problem: problemOf(error) }),
  );
}

/** One certificate for the time in a room; the others are told of it as this page comes in, or it does not. */
function createIdentity({ send, createCertificate, fingerprint }: RoomPorts, fail: () => void) {
  let made: Promise<RTCCertificate> | undefined;
  let asked = 0;
  const certificate = (): Promise<RTCCertificate> => (made ??= createCertificate());
  const join = async ({ roomId, nickname: name, password }: Entry, peerId: string | undefined): Promise<void> => {
    asked += 1;
    const mine = asked;
    const sha256 = await certificate().then(fingerprint).catch(() => undefined);
    // Asked for again meanwhile, or not any more.
    if (mine !== asked) return;
    const own = sha256 !== undefined && { sha256 };
    if (peerId !== undefined) send({ action: 'join-room', id: JOIN_ID, data: { roomId, name, peerId, ...own } });
    else if (own) send({ action: 'join-room', id: JOIN_ID, data: { roomId, name, ...(password !== undefined && { password }), ...own } });
    else fail();
  };
  return {
    certificate,
    join: (entry: Entry, peerId: string | undefined): void => void join(entry, peerId),
    forget: (): void => {
      asked += 1;
      made = undefined;
    },
  };
}

/** The screen that is shown. Its picking is begun in the same moment as the press, or browsers refuse it. */
function createScreen({ openScreen }: RoomPorts, send: (event: RoomEvent) => void) {
  const track = createValue<MediaStreamTrack | undefined>(undefined);
  let asked = 0;
  const close = (): void => {
    asked += 1;
    track.get()?.stop();
    track.set(undefined);
  };
  const begin = async (mine: number): Promise<void> => {
    try {
      const opened = await openScreen();
      if (mine !== asked) { opened.stop(); return; }
      opened.addEventListener('ended', () => {
        if (track.get() === opened) send({ type: 'screen-over' });
      });
      opened.contentHint = SCREEN_HINT;
      track.set(opened);
      send({ type: 'screen-opened' });
    } catch {
      if (mine === asked) send({ type: 'screen-over' });
    }
  };
  return {
    track,
    close,
    open: (): void => {
      close();
      void begin(asked);
    },
  };
}
