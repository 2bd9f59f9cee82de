import { withdraw } from './again';
import type { Features } from './conductor';
import type { News } from './news';
import type { World } from './world';

import { needs } from '@/features/devices/machine';
import { createFriends, type Friends } from '@/features/friends/friends';
import { isAsking } from '@/features/rematch/machine';
import { isBusy as isInRoom } from '@/features/room/core/place';
import type { Ring } from '@/features/ringing/machine';
import { createPush, type Push } from '@/features/push/push';
import { createRinging, type Ringing } from '@/features/ringing/ringing';
import type { SignIn } from '@/features/sign-in/sign-in';
import type { Visitor } from '@/features/sign-in/machine';
import { recall } from '@/lib/browser/call-memory';
import type { Preferences } from '@/lib/browser/preferences';
import type { Gateway } from '@/lib/gateway/gateway';
import { createValue, type Value } from '@/lib/value';
import type { CallRequest, ModeName, Ringing as WireRing, ServerFrame } from '@/protocol/messages';

export type FriendsTab = 'friends' | 'requests' | 'calls';

export interface PeopleContext {
  readonly world: World;
  readonly preferences: Value<Preferences>;
  readonly news: Value<News | undefined>;
  readonly serverNow: () => number;
}

export interface PeopleFeatures {
  readonly friends: Friends;
  readonly ringing: Ringing;
  readonly push: Push;
}

/** The features about people who know each other. */
export function createPeopleFeatures(signIn: SignIn, gateway: Gateway, { world, news, serverNow }: PeopleContext): PeopleFeatures {
  const { api, clock, seen, playTone, push: browser, pushNote: drawer } = world;
  const push = createPush({ api, authorised: signIn.authorised, browser, drawer });
  const friends = createFriends({ api, clock, authorised: signIn.authorised, seen });
  const ringing = createRinging({
    clock,
    serverNow,
    send: gateway.send,
    connect: gateway.want,
    playTone,
    tell: (what, { userId, nickname }, by) => {
      // Another page of ours may have answered, or refused.
      if (by === 'end' && gateway.get().superseded) return;
      news.set({ what, userId, nickname });
      friends.send({ type: 'look' });
    },
  });
  return { friends, ringing, push };
}

/** What the server says about people who know each other. */
const OF_PEOPLE = [
  'call-request',
  'call-ringing',
  'call-accepted',
  'call-rejected',
  'call-cancelled',
  'call-timeout',
  'call-busy',
  'friend-request',
  'friend-accepted',
] as const;

type PeopleFrame = Extract<ServerFrame, { readonly event: (typeof OF_PEOPLE)[number] }>;

export function isOfPeople(frame: ServerFrame): frame is PeopleFrame {
  return OF_PEOPLE.some((event) => event === frame.event);
}

export function heedPeople({ ringing, call, friends }: Features, news: Value<News | undefined>, { event, data }: PeopleFrame, now: number): void {
  switch (event) {
    case 'call-request':
      if (call.get().phase !== 'live') ringing.send({ type: 'rings', ring: ringFrom(data), own: false, now });
      return;
    case 'call-ringing':
      return ringing.send({ type: 'rings', ring: ringOf(data), own: data.own, now });
    case 'call-accepted':
      return ringing.send({ type: 'answered', callId: data.callId });
    case 'call-rejected':
      return ringing.send({ type: 'rejected', callId: data.callId });
    case 'call-cancelled':
      return ringing.send({ type: 'cancelled', callId: data.callId });
    case 'call-timeout':
      return ringing.send({ type: 'timed-out', callId: data.callId });
    case 'call-busy':
      return ringing.send({ type: 'busy' });
    case 'friend-request':
    case 'friend-accepted':
      // Said where it disturbs nobody: a call does not show it.
      news.set({ what: event === 'friend-request' ? 'asks' : 'befriended', nickname: data.nickname });
      return friends.send({ type: 'look' });
    default:
      event satisfies never;
  }
}

export function ringOf({ callId, with: userId, nickname, mode, expiresAt }: WireRing): Ring {
  return { callId, userId, nickname, mode, expiresAt };
}

function ringFrom({ callId, from: userId, nickname, mode, expiresAt }: CallRequest): Ring {
  return { callId, userId, nickname, mode, expiresAt };
}

/** Whose friends they are. A guest's are asked for when they want to see them: most have none. */
export function belong({ friends }: Features, { seen }: World, visitor: Visitor | undefined): void {
  if (visitor === undefined) return friends.send({ type: 'forget' });
  const { userId } = visitor;
  const before = seen.load();
  friends.send({ type: 'belong', userId, seenAt: before?.userId === userId ? before.seenAt : 0 });
  if (visitor.account === true) friends.send({ type: 'look' });
}

/** Opens the socket of an account, so that friends can ring; but not while another tab of this browser needs it. */
export async function beReached({ signIn, gateway }: Pick<Features, 'signIn' | 'gateway'>, { busy }: World): Promise<void> {
  const isOut = (): string | undefined => {
    const { phase, superseded } = gateway.get();
    return phase === 'closed' && !superseded ? accountOf(signIn) : undefined;
  };
  const userId = isOut();
  if (userId === undefined || (await busy.elsewhere(userId))) return;
  if (isOut() === userId) gateway.want();
}

/**
 * Of the tabs of a browser the newest speaks for the account. When it is closed, another one does so again as soon as it
 * is looked at, which the answer is for; but nothing is taken from another device.
 */
export function keepVoice({ signIn, gateway }: Features, { here }: World): () => Promise<void> {
  let wasSilent = false;
  let bySibling = false;
  gateway.subscribe(() => {
    const { phase, superseded } = gateway.get();
    const userId = accountOf(signIn);
    here.show(phase === 'closed' || phase === 'silent' ? undefined : userId);
    if (superseded && !wasSilent && userId !== undefined) {
      void here.elsewhere(userId).then((is) => {
        bySibling = is;
      });
    }
    wasSilent = superseded;
  });
  return async () => {
    const userId = accountOf(signIn);
    if (!gateway.get().superseded || !bySibling || userId === undefined || (await here.elsewhere(userId))) return;
    if (gateway.get().superseded) gateway.want();
  };
}

function accountOf(signIn: SignIn): string | undefined {
  const state = signIn.get();
  return state.phase === 'in' && state.visitor.account === true ? state.visitor.userId : undefined;
}

/** Tells other tabs that this one must not be disturbed. */
export function keepBusySign({ signIn, matching, call, ringing, rematch, room }: Features, { busy }: World): void {
  const show = (): void => {
    const isBusy = matching.get().phase !== 'idle' || call.get().phase === 'live' || ringing.get().phase !== 'none' || isAsking(rematch.get()) || isInRoom(room.get());
    busy.show(isBusy ? accountOf(signIn) : undefined);
  };
  for (const { subscribe } of [signIn, matching, call, ringing, rematch, room]) subscribe(show);
}

/** A call with a friend may use other devices than strangers are met with: afterwards those are back. */
export function keepDevices({ devices, call, ringing }: Features, preferences: Value<Preferences>): void {
  let lent = false;
  const look = (): void => {
    const [rung, live] = [ringing.get(), call.get()];
    const used: ModeName | undefined = live.phase === 'live' ? live.mode : rung.phase === 'accepting' ? rung.ring.mode : undefined;
    const own = preferences.get().mode;
    if (used !== undefined) lent = used !== own;
    else if (lent) {
      lent = false;
      devices.send({ type: 'need', ...needs(own) });
    }
  };
  call.subscribe(look);
  ringing.subscribe(look);
}

/** What a person can do about people they know. */
export interface PeopleWays {
  /** Which part of the friends' sheet stands open, if it does. */
  readonly friendsOpen: Value<FriendsTab | undefined>;
  readonly openFriends: (tab?: FriendsTab) => void;
  readonly closeFriends: () => void;
  readonly callFriend: (whom: { readonly userId: string; readonly nickname: string }) => void;
  readonly acceptRing: () => void;
  /** With whom a call among friends was, as far as this browser's tab knows. */
  readonly friendOf: (sessionId: string) => string | undefined;
}

export interface PeopleHands {
  /** Asks for what has to be agreed to before anybody is met. */
  readonly first: (wanted: 'talk', go: () => void) => void;
  readonly closeSheets: () => void;
}

export function peopleWays(features: Features, { world, preferences, news }: PeopleContext, { first, closeSheets }: PeopleHands): PeopleWays {
  const { friends, ringing, call, matching, devices } = features;
  const friendsOpen = createValue<FriendsTab | undefined>(undefined);
  const closeFriends = (): void => {
    friendsOpen.set(undefined);
    friends.send({ type: 'put-away' });
  };
  const clear = (): void => {
    closeFriends();
    closeSheets();
    news.set(undefined);
    withdraw(features);
    call.send({ type: 'dismiss' });
  };
  return {
    friendsOpen,
    openFriends: (tab = 'friends') => {
      news.set(undefined);
      friendsOpen.set(tab);
      friends.send({ type: 'look' });
    },
    closeFriends,
    callFriend: ({ userId, nickname }) =>
      first('talk', () => {
        if (matching.get().phase !== 'idle' || call.get().phase === 'live') return;
        clear();
        const { mode } = preferences.get();
        devices.send({ type: 'need', ...needs(mode) });
        ringing.send({ type: 'call', whom: { userId, nickname, mode } });
      }),
    friendOf: (sessionId) => recall(world.callMemory, sessionId).friendId,
    acceptRing: () =>
      first('talk', () => {
        const rung = ringing.get();
        if (rung.phase !== 'incoming' || call.get().phase === 'live') return;
        clear();
        matching.send({ type: 'cancel' });
        devices.send({ type: 'need', ...needs(rung.ring.mode) });
        ringing.send({ type: 'accept' });
      }),
  };
}
