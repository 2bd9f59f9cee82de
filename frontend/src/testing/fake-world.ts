import { chanceOf } from './chance';
import type { FakeClock } from './fake-clock';
import { createFakePeers, type FakePeers } from './fake-peer';
import type { FakeServer } from './fake-server';

import { createConductor, type Conductor } from '@/app/conductor';
import type { World } from '@/app/world';
import type { Media } from '@/features/devices/media';
import type { CallMemory } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import { ApiError, type Drawer, type Identity, type SocketHandlers } from '@/lib/ports';

/** A tab: what it stores survives its pages. */
export interface FakeTab {
  readonly identity: Drawer<Identity>;
  readonly preferences: Drawer<Preferences>;
  readonly callMemory: Drawer<CallMemory>;
}

export interface FakePage {
  readonly conductor: Conductor;
  readonly world: World;
  readonly peers: FakePeers;
  /** The network goes away for this page, or comes back. */
  readonly plug: (online: boolean) => void;
  /** The page is gone, as when its tab is closed or reloaded. */
  readonly close: () => void;
}

export function createFakeTab(preferences?: Partial<Preferences>): FakeTab {
  const chosen: Preferences = { nickname: '', tags: [], language: '', mode: 'video', muted: false, ...preferences };
  return { identity: drawer(), preferences: drawer(chosen), callMemory: drawer() };
}

export function openFakePage(server: FakeServer, clock: FakeClock, tab: FakeTab, media: Media = noDevices('NotFoundError'), byte = '0A'): FakePage {
  const peers = createFakePeers(byte);
  const living = new Set<() => void>();
  let online = true;
  let open = true;
  const openSocket = (_url: string, protocols: readonly string[], handlers: SocketHandlers) => {
    const ticket = protocols.find((protocol) => protocol.startsWith('ticket.'))?.slice('ticket.'.length) ?? '';
    const soon = (work: () => void): void => void Promise.resolve().then(work);
    let alive = true;
    const connection = server.connect(ticket, (text) => soon(() => alive && open && handlers.onText(text)));
    const drop = (): void => {
      if (!alive) return;
      alive = false;
      living.delete(drop);
      connection.gone();
      if (open) handlers.onClose();
    };
    living.add(drop);
    soon(() => (online ? handlers.onOpen() : drop()));
    return { send: (text: string) => alive && online && connection.hear(text), close: drop };
  };
  const world: World = {
    clock,
    chance: chanceOf(1),
    api: {
      login: ({ nickname = 'Guest' }) => {
        if (!online) return Promise.reject(new ApiError('offline', ''));
        const { userId, token } = server.login(nickname);
        return Promise.resolve({ userId, nickname, accessToken: token, expiresAtMs: clock.now() + 300_000 });
      },
      refresh: (identity) => Promise.resolve({ ...identity, expiresAtMs: clock.now() + 300_000 }),
      ticket: (token) => {
        if (!online) return Promise.reject(new ApiError('offline', ''));
        const ticket = server.ticket(token);
        return ticket === undefined ? Promise.reject(new ApiError('unauthorized', '')) : Promise.resolve({ ticket, url: '/ws' });
      },
    },
    openSocket,
    openKvs: (_grant, handlers) => {
      void Promise.resolve().then(handlers.onLost);
      return { sendDescription: () => undefined, sendCandidate: () => undefined, close: () => undefined };
    },
    createPeer: peers.create,
    createCertificate: peers.certificate,
    media,
    claim: () => Promise.resolve(true),
    ...tab,
  };
  const dropAll = (): void => {
    for (const drop of [...living]) drop();
  };
  return {
    conductor: createConductor(world),
    world,
    peers,
    plug: (on) => {
      online = on;
      if (!on) dropAll();
    },
    close: () => {
      open = false;
      dropAll();
    },
  };
}

/** Devices that all fail in the same way. */
export function noDevices(name: string): Media {
  return {
    secure: true,
    open: () => Promise.reject(new DOMException('', name)),
    list: () => Promise.resolve([]),
    onChange: () => undefined,
  };
}

function drawer<Value>(initial?: Value): Drawer<Value> {
  let value = initial;
  return {
    load: () => value,
    save: (next) => {
      value = next;
    },
    clear: () => {
      value = undefined;
    },
  };
}
