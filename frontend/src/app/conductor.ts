import { againWays, keepAgain, withdraw, type AgainWays } from './again';
import { createAccountFeatures, keepAccount, type AccountFeatures, type AccountsContext } from './accounts';
import type { News } from './news';
import { keepNotes } from './notes';
import { beReached, createPeopleFeatures, keepBusySign, keepDevices, keepVoice, peopleWays, type PeopleFeatures, type PeopleWays } from './people';
import { keepPush } from './pushes';
import { createRoomFeatures, isInRoom, keepRoom, roomWays, type RoomFeatures, type RoomWays } from './rooms';
import { createRouter } from './router';
import { agreedHere, createSafetyFeatures, gatekeeper, keepSafety, safetyWays, sayer, type SafetyFeatures, type SafetyWays, type Say } from './safety';
import { matchWishOf, wishOf } from './wishes';
import type { World } from './world';

import { createCall, type Call } from '@/features/call/call';
import { createChat, type Chat } from '@/features/chat/chat';
import { createDevices, type Devices } from '@/features/devices/devices';
import { createMatching, type Matching } from '@/features/matching/matching';
import { JOIN_ID } from '@/features/room/core/frames';
import { isAsking } from '@/features/rematch/machine';
import { createRematch, type Rematch } from '@/features/rematch/rematch';
import { needs } from '@/features/devices/machine';
import { isCalling } from '@/features/ringing/machine';
import { owed, owesConsent } from '@/features/sign-in/machine';
import { createSignIn, type SignIn } from '@/features/sign-in/sign-in';
import { recall } from '@/lib/browser/call-memory';
import { NO_PREFERENCES, type Preferences } from '@/lib/browser/preferences';
import type { Landing } from '@/lib/browser/landing';
import type { ErrorCode } from '@/lib/core/problem';
import { serverNow, UNKNOWN_TIME, type ServerTime } from '@/lib/core/server-time';
import { createGateway, type Gateway } from '@/lib/gateway/gateway';
import { ApiError, problemOf } from '@/lib/ports';
import { createRelay } from '@/lib/signaling/relay';
import { createValue, type Value } from '@/lib/value';
import type { Matched } from '@/protocol/messages';

/** How long a reload waits for the server's word before it shows the green room. */
const RESTORE_LIMIT_MS = 5000;

/** No other ticket would fare better; a name that is not taken is among it. */
const REFUSED_FOR_GOOD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['banned', 'forbidden', 'invalid_request']);

/** The features of one page, introduced to each other. */
export interface Features extends AccountFeatures, PeopleFeatures, SafetyFeatures, RoomFeatures {
  readonly signIn: SignIn;
  readonly matching: Matching;
  readonly devices: Devices;
  readonly call: Call;
  readonly chat: Chat;
  readonly rematch: Rematch;
  readonly gateway: Gateway;
}

/** What a person can do; each reaches across features, which do not know each other. */
export interface Conductor extends Features, PeopleWays, AgainWays, SafetyWays, RoomWays {
  readonly preferences: Value<Preferences>;
  readonly restoring: Value<boolean>;
  readonly serverTime: Value<ServerTime>;
  readonly serverNow: () => number;
  readonly news: Value<News | undefined>;
  readonly accountOpen: Value<boolean>;
  /** Another page of the same person has taken over what went on here. */
  readonly displaced: Value<boolean>;
  readonly change: (change: Partial<Preferences>) => void;
  readonly start: () => void;
  readonly cancel: () => void;
  readonly next: () => void;
  readonly end: () => void;
  readonly leave: () => void;
  readonly takeBack: () => void;
  readonly restore: () => Promise<void>;
  /** The page begins: at the start, or by a link from a mail. */
  readonly land: (landing: Landing) => Promise<void>;
  /** The sign-in by mail opens, with the address if it is known. */
  readonly askByMail: (email?: string) => void;
  /** Whether this browser is signed in by mail. */
  readonly knowsAccount: () => boolean;
  /** One's own page opens. */
  readonly openAccount: () => void;
  readonly closeAccount: () => void;
  /** The network or the person is back. */
  readonly wake: () => void;
}

export function createConductor(world: World): Conductor {
  const { clock } = world;
  const preferences = createValue(world.preferences.load() ?? NO_PREFERENCES);
  const restoring = createValue(false);
  const serverTime = createValue(UNKNOWN_TIME);
  const now = (): number => serverNow(serverTime.get(), clock.now());
  const change = (some: Partial<Preferences>): void => {
    preferences.set({ ...preferences.get(), ...some });
    world.preferences.save(preferences.get());
  };
  const news = createValue<News | undefined>(undefined);
  const context: AccountsContext = { world, preferences, change, news, accountOpen: createValue(false) };
  const said = createValue<string | undefined>(undefined);
  const say = sayer(world, said);
  const features = createFeatures(context, { now, say, accept: (sessionId) => router.accept(sessionId) });
  const { matching, call, gateway } = features;
  const router = createRouter(features, { world, preferences, restoring, serverTime, serverNow: now, news });
  const displaced = createValue(false);

  keepTogether(features, preferences, restoring);
  keepAgain(features);
  keepPlace(features, displaced);
  keepNotes(features, world, restoring);
  keepBusySign(features, world);
  const speakAgain = keepVoice(features, world);
  keepDevices(features, preferences);
  keepRoom(features, context);
  keepPush(features, world);
  keepAccount(features, context);
  keepSafety(features, context);
  const first = gatekeeper(features, world);
  const start = starter(features, context);

  return {
    ...features,
    preferences,
    restoring,
    serverTime,
    serverNow: now,
    news,
    accountOpen: context.accountOpen,
    displaced,
    change,
    start: () => first('start', start),
    cancel: () => {
      withdraw(features);
      matching.send({ type: 'cancel' });
    },
    next: () => {
      const leaving = call.get();
      if (leaving.phase !== 'live') return;
      const from = leaving.details.sessionId;
      call.send({ type: 'skip', now: now() });
      call.send({ type: 'dismiss' });
      matching.send({ type: 'next', from, nowMs: clock.now() });
    },
    end: () => call.send({ type: 'end', now: now() }),
    leave: () => {
      withdraw(features);
      call.send({ type: 'dismiss' });
    },
    takeBack: gateway.want,
    ...arrivals(features, context, restoring),
    ...accountWays(features, context, speakAgain),
    ...againWays(features, now),
    ...safetyWays(features, said),
    ...roomWays(features, context, { first, say }),
    ...peopleWays(features, { ...context, serverNow: now }, { first, closeSheets: () => context.accountOpen.set(false) }),
  };
}

/** Comes in, if nobody is yet, and looks for somebody. */
function starter({ signIn, call, matching, gateway }: Features, { world, preferences, news }: AccountsContext): () => void {
  return () => {
    call.send({ type: 'dismiss' });
    news.set(undefined);
    signIn.send({ type: 'enter', wish: wishOf(preferences.get()) });
    // Another nickname is another guest, who has no use for the old one's socket; what is owed is told a new one.
    const state = signIn.get();
    if (state.phase === 'entering' || owed(state) !== undefined || owesConsent(state, agreedHere(world))) gateway.stop();
    matching.send({ type: 'join', wish: matchWishOf(preferences.get()), nowMs: world.clock.now() });
  };
}

/** How the page begins. */
function arrivals(features: Features, { world, preferences }: AccountsContext, restoring: Value<boolean>): Pick<Conductor, 'restore' | 'land'> {
  const { signIn, devices, chat, gateway, mail, link } = features;
  const restore = async (): Promise<void> => {
    devices.send({ type: 'need', ...needs(preferences.get().mode) });
    chat.send({ type: 'viewed', inView: true });
    if (signIn.get().phase === 'in') return;
    // Who waited for a mail here, and came in by it in another tab, is no guest any more.
    if (mail.restore(world.mark.load()?.atMs)) world.identity.clear();
    const guest = world.identity.load();
    const present = world.presence.load() === true;
    if (guest !== undefined || present) {
      restoring.set(true);
      world.clock.after(RESTORE_LIMIT_MS, () => restoring.set(false));
    }
    const back = await signIn.restore();
    const state = signIn.get();
    // An account is in every tab: what another one does there is not taken away.
    const account = state.phase === 'in' && state.visitor.account === true;
    if (back && (present || !account)) gateway.want();
    else {
      restoring.set(false);
      await beReached(features, world);
    }
  };
  link.subscribe(() => {
    if (link.get().phase !== 'none') return;
    world.goHome();
    void restore();
  });
  return {
    restore,
    land: async (landing) => {
      if (landing.kind === 'room') {
        const restored = restore();
        features.room.send({ type: 'door', roomId: landing.roomId });
        return restored;
      }
      if (landing.kind !== 'link') return restore();
      link.send({ type: 'open', ...(landing.token !== undefined && { token: landing.token }) });
      return Promise.resolve();
    },
  };
}

type AccountWays = Pick<Conductor, 'askByMail' | 'knowsAccount' | 'openAccount' | 'closeAccount' | 'wake'>;

function accountWays(features: Features, { world, news, accountOpen }: AccountsContext, speakAgain: () => Promise<void>): AccountWays {
  const { signIn, mail, account, gateway } = features;
  return {
    askByMail: (email) => {
      accountOpen.set(false);
      news.set(undefined);
      mail.send({ type: 'open', ...(email !== undefined && { email }) });
    },
    knowsAccount: () => world.mark.load() !== undefined,
    openAccount: () => {
      news.set(undefined);
      account.send({ type: 'put-away' });
      accountOpen.set(true);
      if (signIn.get().phase === 'in') account.send({ type: 'ask', errand: { task: 'load' } });
    },
    closeAccount: () => {
      accountOpen.set(false);
      account.send({ type: 'put-away' });
    },
    wake: () => {
      world.push.putAway();
      gateway.wake();
      const state = signIn.get();
      if (state.phase === 'out' && state.account === true) signIn.send({ type: 'return' });
      void beReached(features, world);
      void speakAgain();
    },
  };
}

interface Hands {
  readonly now: () => number;
  readonly say: Say;
  readonly accept: (sessionId: string) => void;
}

function createFeatures(context: AccountsContext, { now, say, accept }: Hands): Features {
  const { world, preferences } = context;
  const { clock, callMemory } = world;
  const { muted, cameraId, microphoneId, mode, tags, language } = preferences.get();
  const devices = createDevices(world.media, {
    ...(world.switches.load() ?? { muted, cameraOff: false }),
    ...(cameraId !== undefined && { cameraId }),
    ...(microphoneId !== undefined && { microphoneId }),
  });
  const signIn = createSignIn({
    ...world,
    drawer: world.identity,
    agreed: () => agreedHere(world),
    busy: () => matching.get().phase !== 'idle' || call.get().phase === 'live' || ringing.get().phase !== 'none' || isInRoom(rooms),
  });
  const gateway = createGateway({
    clock,
    chance: world.chance,
    openSocket: world.openSocket,
    trace: world.trace,
    ticket: () => signIn.ticket().catch((error: unknown) => refuse(error)),
    lastN: () => (chat.get().heardN > 0 ? chat.get().heardN : undefined),
  });
  const refuse = (error: unknown): never => {
    if (error instanceof ApiError && error.code === 'banned' && signIn.get().phase === 'in') {
      const { retryAfterSeconds: left } = error;
      safety.sanctions.send({ type: 'refused', ...(left !== undefined && { until: clock.now() + left * 1000 }) });
    } else if (error instanceof ApiError && REFUSED_FOR_GOOD.has(error.code)) {
      matching.send({ type: 'failed', problem: problemOf(error) });
      rooms.room.send({ type: 'refused', id: JOIN_ID, problem: problemOf(error) });
    }
    throw error;
  };
  const send = createRelay(clock, gateway);
  const connect = (): void => {
    if (signIn.get().phase === 'out') signIn.send({ type: 'enter', wish: wishOf(preferences.get()) });
    gateway.want();
  };
  const matching = createMatching({ clock, send, connect, accept }, matchWishOf({ mode, tags, language }));
  const chat = createChat({
    clock,
    send,
    remember: (sessionId, chatN) => callMemory.save({ ...recall(callMemory, sessionId), chatN }),
  });
  const call = createCall({
    clock,
    serverNow: now,
    send,
    openKvs: world.openKvs,
    createPeer: world.createPeer,
    createCertificate: world.createCertificate,
    remember: (sessionId, signalN) => callMemory.save({ ...recall(callMemory, sessionId), signalN }),
  });
  const rematch = createRematch({ clock, serverNow: now, send, connect: gateway.want });
  const people = createPeopleFeatures(signIn, gateway, { ...context, serverNow: now });
  const { ringing } = people;
  const rooms = createRoomFeatures(signIn, world, { devices, send, connect });
  const safety = createSafetyFeatures(signIn, world, { say, now, later: () => features });
  const features: Features = { signIn, matching, devices, call, chat, rematch, gateway, ...people, ...safety, ...rooms, ...createAccountFeatures(signIn, context) };
  return features;
}

/** What follows from one feature's state for another. */
function keepTogether(features: Features, preferences: Value<Preferences>, restoring: Value<boolean>): void {
  const { signIn, matching, devices, call, chat, ringing, rematch, room, gateway } = features;
  const arrange = (): void => {
    if (gateway.get().superseded) return;
    const { phase } = matching.get();
    const live = call.get().phase === 'live';
    const expects = isAsking(rematch.get()) || (ringing.get().phase !== 'none' && ringing.get().phase !== 'over');
    gateway.setPulse(live || (phase === 'idle' && !expects) ? 'calm' : 'lively');
    if (phase !== 'idle' || live || expects || isInRoom(features)) gateway.want();
    // Who is in stays within reach of their friends.
    else if (!restoring.get() && signIn.get().phase !== 'in') gateway.rest();
  };
  matching.subscribe(arrange);
  restoring.subscribe(arrange);
  ringing.subscribe(arrange);
  rematch.subscribe(arrange);
  room.subscribe(arrange);
  call.subscribe(() => {
    if (call.get().phase !== 'live') chat.send({ type: 'end' });
    arrange();
  });
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase !== 'out' || state.problem === undefined) return;
    gateway.stop();
    matching.send({ type: 'failed', problem: state.problem });
    room.send({ type: 'refused', id: JOIN_ID, problem: state.problem });
  });
  const share = (): void => call.setTracks(devices.tracks());
  let { tracks } = devices.get();
  devices.subscribe(() => {
    if (devices.get().tracks === tracks) return;
    tracks = devices.get().tracks;
    share();
  });
  let { mode } = preferences.get();
  preferences.subscribe(() => {
    if (preferences.get().mode === mode) return;
    mode = preferences.get().mode;
    devices.send({ type: 'need', ...needs(mode) });
  });
}

/** Another page takes over: what goes on here ends here, and whoever did nothing here need not know. */
function keepPlace({ matching, call, ringing, rematch, room, gateway }: Features, displaced: Value<boolean>): void {
  gateway.subscribe(() => {
    if (!gateway.get().superseded) return displaced.set(false);
    const { phase } = ringing.get();
    if (matching.get().phase !== 'idle' || call.get().phase === 'live' || isCalling(phase) || isInRoom({ room })) displaced.set(true);
    call.send({ type: 'drop' });
    matching.send({ type: 'reset' });
    ringing.send({ type: 'superseded' });
    rematch.send({ type: 'forget' });
    room.send({ type: 'drop' });
  });
}

export type { Matched };
