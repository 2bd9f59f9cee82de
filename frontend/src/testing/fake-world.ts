import { chanceOf } from './chance';
import type { FakeClock } from './fake-clock';
import { createFakePeers, type FakePeers } from './fake-peer';
import { createFakePush, type FakePush } from './fake-push';
import { answerRest } from './fake-rest';
import type { FakeServer } from './fake-server';

import { createConductor, type Conductor } from '@/app/conductor';
import type { World } from '@/app/world';
import type { Media } from '@/features/devices/media';
import type { CallMemory } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import type { Switches } from '@/lib/browser/switches';
import type { Seen } from '@/features/friends/friends';
import type { Pending } from '@/features/mail/machine';
import type { PushNote } from '@/features/push/push';
import type { BarNote } from '@/features/sanctions/sanctions';
import type { ConsentNote } from '@/features/terms/consent-drawer';
import { TERMS_VERSION } from '@/features/terms/core/version';
import { createApi } from '@/lib/browser/api';
import type { AccountMark, AccountNote, Drawer, Identity, SocketHandlers, TabSign, Tone } from '@/lib/ports';

/** What all tabs of a browser share: cookies, by the browser's name, and its storage. */
export interface FakeBrowser {
  readonly name: string;
  readonly preferences: Drawer<Preferences>;
  readonly device: Drawer<string>;
  readonly note: Drawer<AccountNote>;
  readonly watchers: Set<(note: AccountNote | undefined) => void>;
  readonly seen: Drawer<Seen>;
  readonly push: FakePush;
  readonly pushNote: Drawer<PushNote>;
  readonly consent: Drawer<ConsentNote>;
  /** What its pages show each other: which is busy for an account, and which speaks for it. */
  readonly busy: Map<object, string>;
  readonly here: Map<object, string>;
}

/** A tab: what it stores survives its pages. */
export interface FakeTab {
  readonly browser: FakeBrowser;
  readonly identity: Drawer<Identity>;
  readonly callMemory: Drawer<CallMemory>;
  readonly switches: Drawer<Switches>;
  readonly pendingMail: Drawer<Pending>;
  readonly presence: Drawer<true>;
  readonly barred: Drawer<BarNote>;
}

export interface FakePage {
  readonly conductor: Conductor;
  readonly world: World;
  readonly peers: FakePeers;
  /** The names of the files it has saved. */
  readonly files: readonly string[];
  /** What was put into the clipboard. */
  readonly copied: readonly string[];
  /** What sounds at the moment. */
  readonly tones: ReadonlySet<Tone>;
  /** The network goes away for this page, or comes back. */
  readonly plug: (online: boolean) => void;
  /** The page is gone, as when its tab is closed or reloaded. */
  readonly close: () => void;
}

export function createFakeBrowser(preferences?: Partial<Preferences>): FakeBrowser {
  const chosen: Preferences = { nickname: '', tags: [], language: '', mode: 'video', muted: false, ...preferences };
  browsers += 1;
  return { name: `browser-${browsers}`, preferences: drawer(chosen), device: drawer(), note: drawer(), watchers: new Set(), seen: drawer(), push: createFakePush(), pushNote: drawer(), consent: drawer<ConsentNote>({ version: TERMS_VERSION, atMs: 0 }), busy: new Map(), here: new Map() };
}

let browsers = 0;

/** What every fake page calls itself. */
export const FAKE_TRACE = 'fakepagetrace000';

/** A tab of a browser of its own, or of the one that is given. */
export function createFakeTab(preferences?: Partial<Preferences>, browser = createFakeBrowser(preferences)): FakeTab {
  return { browser, identity: drawer(), callMemory: drawer(), switches: drawer(), pendingMail: drawer(), presence: drawer(), barred: drawer() };
}

export function openFakePage(server: FakeServer, clock: FakeClock, tab: FakeTab, media: Media = noDevices('NotFoundError'), byte = '0A'): FakePage {
  const peers = createFakePeers(byte);
  const { browser, ...own } = tab;
  const files: string[] = [];
  const copied: string[] = [];
  const tones = new Set<Tone>();
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
    trace: FAKE_TRACE,
    api: createApi(clock, browser.device, FAKE_TRACE, fakeFetch(server, browser.name, () => online)),
    openSocket,
    openKvs: (_grant, handlers) => {
      void Promise.resolve().then(handlers.onLost);
      return { sendDescription: () => undefined, sendCandidate: () => undefined, close: () => undefined };
    },
    createPeer: peers.create,
    createCertificate: peers.certificate,
    fingerprint: () => Promise.resolve(peers.fingerprint),
    openScreen: () => Promise.reject(new DOMException('', 'NotAllowedError')),
    canShareScreen: true,
    copy: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
    media,
    claim: () => Promise.resolve(true),
    preferences: browser.preferences,
    mark: sharedMark(browser),
    exclusively: (work) => work(),
    busy: tabSign(browser.busy),
    here: tabSign(browser.here),
    playTone: (tone) => {
      tones.add(tone);
      return () => tones.delete(tone);
    },
    seen: browser.seen,
    push: browser.push,
    pushNote: browser.pushNote,
    consent: browser.consent,
    saveFile: (name) => void files.push(name),
    goHome: () => undefined,
    goToRoom: () => undefined,
    ...own,
  };
  const dropAll = (): void => {
    for (const drop of [...living]) drop();
  };
  return {
    conductor: createConductor(world),
    world,
    peers,
    files,
    copied,
    tones,
    plug: (on) => {
      online = on;
      if (!on) dropAll();
    },
    close: () => {
      open = false;
      world.busy.show(undefined);
      world.here.show(undefined);
      dropAll();
    },
  };
}

function tabSign(signs: Map<object, string>): TabSign {
  const page = {};
  return {
    show: (userId) => {
      if (userId === undefined) signs.delete(page);
      else signs.set(page, userId);
    },
    elsewhere: (userId) => Promise.resolve([...signs].some(([other, whose]) => other !== page && whose === userId)),
  };
}

/** A browser tells every tab but the one that writes. */
function sharedMark({ note, watchers }: FakeBrowser): AccountMark {
  let own: ((note: AccountNote | undefined) => void) | undefined;
  const tell = (news: AccountNote | undefined): void => {
    for (const watcher of watchers) if (watcher !== own) watcher(news);
  };
  return {
    load: note.load,
    save: (value) => {
      note.save(value);
      tell(value);
    },
    clear: () => {
      const before = note.load();
      note.clear();
      if (before !== undefined) tell(undefined);
    },
    watch: (listener) => {
      own = listener;
      watchers.add(listener);
    },
  };
}

/** A browser's `fetch`, with its cookies. */
function fakeFetch(server: FakeServer, browser: string, online: () => boolean): typeof fetch {
  return (path, init) => {
    if (!online() || typeof path !== 'string') return Promise.reject(new TypeError('Failed to fetch'));
    const headers = new Headers(init?.headers);
    const bearer = headers.get('authorization')?.replace('Bearer ', '');
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const { status, body: answer } = answerRest(server, { browser, method: init?.method ?? 'GET', path, bearer, body });
    const text = answer === undefined ? '' : JSON.stringify(answer);
    return Promise.resolve({ status, text: () => Promise.resolve(text) } as Response);
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
