import { createRouter } from './router';
import type { World } from './world';

import { createCall, type Call } from '@/features/call/call';
import { createChat, type Chat } from '@/features/chat/chat';
import { createDevices, type Devices } from '@/features/devices/devices';
import { createMatching, type Matching } from '@/features/matching/matching';
import { createSignIn, type SignIn } from '@/features/sign-in/sign-in';
import { recall } from '@/lib/browser/call-memory';
import { NO_PREFERENCES, type Preferences } from '@/lib/browser/preferences';
import { cleanNickname } from '@/lib/core/tags';
import { serverNow, UNKNOWN_TIME, type ServerTime } from '@/lib/core/server-time';
import { createGateway, type Gateway } from '@/lib/gateway/gateway';
import { ApiError } from '@/lib/ports';
import { createValue, type Value } from '@/lib/value';
import type { Matched, ModeName } from '@/protocol/messages';

/** How long a reload waits for the server's word before it shows the green room. */
const RESTORE_LIMIT_MS = 5000;

/** The features of one page, introduced to each other. */
export interface Features {
  readonly signIn: SignIn;
  readonly matching: Matching;
  readonly devices: Devices;
  readonly call: Call;
  readonly chat: Chat;
  readonly gateway: Gateway;
}

/** What a person can do; each reaches across features, which do not know each other. */
export interface Conductor extends Features {
  readonly preferences: Value<Preferences>;
  readonly restoring: Value<boolean>;
  readonly serverTime: Value<ServerTime>;
  readonly serverNow: () => number;
  readonly change: (change: Partial<Preferences>) => void;
  readonly start: () => void;
  readonly cancel: () => void;
  readonly next: () => void;
  readonly end: () => void;
  readonly leave: () => void;
  readonly takeBack: () => void;
  readonly restore: () => Promise<void>;
}

export function createConductor(world: World): Conductor {
  const { clock } = world;
  const preferences = createValue(world.preferences.load() ?? NO_PREFERENCES);
  const restoring = createValue(false);
  const serverTime = createValue(UNKNOWN_TIME);
  const now = (): number => serverNow(serverTime.get(), clock.now());
  const features = createFeatures(world, preferences, now, (sessionId) => router.accept(sessionId));
  const { signIn, matching, devices, call, chat, gateway } = features;
  const router = createRouter(features, { world, preferences, restoring, serverTime, serverNow: now });

  keepTogether(features, preferences, restoring);

  const change = (some: Partial<Preferences>): void => {
    preferences.set({ ...preferences.get(), ...some });
    world.preferences.save(preferences.get());
  };
  const start = (): void => {
    call.send({ type: 'dismiss' });
    signIn.send({ type: 'enter', wish: wishOf(preferences.get()) });
    // Another nickname is another guest, who has no use for the old one's socket.
    if (signIn.get().phase === 'entering') gateway.stop();
    matching.send({ type: 'join', wish: matchWishOf(preferences.get()), nowMs: clock.now() });
  };

  return {
    ...features,
    preferences,
    restoring,
    serverTime,
    serverNow: now,
    change,
    start,
    cancel: () => matching.send({ type: 'cancel' }),
    next: () => {
      const leaving = call.get();
      if (leaving.phase !== 'live') return;
      const from = leaving.details.sessionId;
      call.send({ type: 'skip', now: now() });
      call.send({ type: 'dismiss' });
      matching.send({ type: 'next', from, nowMs: clock.now() });
    },
    end: () => call.send({ type: 'end', now: now() }),
    leave: () => call.send({ type: 'dismiss' }),
    takeBack: gateway.want,
    restore: async () => {
      devices.send({ type: 'need', ...needs(preferences.get().mode) });
      restoring.set(true);
      clock.after(RESTORE_LIMIT_MS, () => restoring.set(false));
      if (await signIn.restore()) gateway.want();
      else restoring.set(false);
      chat.send({ type: 'viewed', inView: true });
    },
  };
}

function createFeatures(
  world: World,
  preferences: Value<Preferences>,
  now: () => number,
  accept: (sessionId: string) => void,
): Features {
  const { clock, callMemory } = world;
  const { muted, cameraId, microphoneId, mode, tags, language } = preferences.get();
  const devices = createDevices(world.media, {
    muted,
    ...(cameraId !== undefined && { cameraId }),
    ...(microphoneId !== undefined && { microphoneId }),
  });
  const signIn = createSignIn({ api: world.api, clock, drawer: world.identity, claim: world.claim });
  const gateway = createGateway({
    clock,
    chance: world.chance,
    openSocket: world.openSocket,
    ticket: () => signIn.ticket().catch((error: unknown) => refuse(error)),
    lastN: () => (chat.get().heardN > 0 ? chat.get().heardN : undefined),
  });
  const refuse = (error: unknown): never => {
    if (error instanceof ApiError && (error.code === 'banned' || error.code === 'forbidden')) {
      matching.send({ type: 'failed', problem: { code: error.code, message: error.message } });
    }
    throw error;
  };
  const send = gateway.send;
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
  return { signIn, matching, devices, call, chat, gateway };
}

/** What follows from one feature's state for another. */
function keepTogether({ signIn, matching, devices, call, chat, gateway }: Features, preferences: Value<Preferences>, restoring: Value<boolean>): void {
  const arrange = (): void => {
    if (gateway.get().superseded) return;
    const { phase } = matching.get();
    const live = call.get().phase === 'live';
    gateway.setPulse(phase === 'idle' || live ? 'calm' : 'lively');
    if (phase !== 'idle' || live) gateway.want();
    else if (!restoring.get()) gateway.rest();
  };
  matching.subscribe(arrange);
  restoring.subscribe(arrange);
  call.subscribe(() => {
    if (call.get().phase !== 'live') chat.send({ type: 'end' });
    arrange();
  });
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase !== 'out' || state.problem === undefined) return;
    gateway.stop();
    matching.send({ type: 'failed', problem: state.problem });
  });
  gateway.subscribe(() => {
    if (!gateway.get().superseded) return;
    call.send({ type: 'drop' });
    matching.send({ type: 'reset' });
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

/** The devices that a mode uses. */
export function needs(mode: ModeName): { readonly camera: boolean; readonly microphone: boolean } {
  return { camera: mode === 'video', microphone: mode !== 'text' };
}

function wishOf({ nickname, tags, language }: Preferences) {
  const name = cleanNickname(nickname);
  return { tags, ...(name !== undefined && { nickname: name }), ...(language !== '' && { language }) };
}

function matchWishOf({ tags, language, mode }: Pick<Preferences, 'tags' | 'language' | 'mode'>) {
  return { tags, mode, ...(language !== '' && { language }) };
}

export type { Matched };
