import type { Features } from './conductor';
import type { AccountsContext } from './accounts';
import type { World } from './world';

import { createBlocks, type Blocks } from '@/features/blocks/blocks';
import type { Whom } from '@/features/blocks/machine';
import { thanksText } from '@/features/report/core/words';
import { reporting, type About, type Complaint } from '@/features/report/machine';
import { createReport, type Report } from '@/features/report/report';
import { createSanctions, type Sanctions } from '@/features/sanctions/sanctions';
import { TERMS_VERSION } from '@/features/terms/core/version';
import type { Wanted } from '@/features/terms/machine';
import { createTerms, type Terms } from '@/features/terms/terms';
import { hasAgreed, owesConsent, type SignInState } from '@/features/sign-in/machine';
import type { SignIn } from '@/features/sign-in/sign-in';
import { recall } from '@/lib/browser/call-memory';
import type { Value } from '@/lib/value';
import type { ServerFrame, SessionEnded } from '@/protocol/messages';

export interface SafetyFeatures {
  readonly report: Report;
  readonly blocks: Blocks;
  readonly sanctions: Sanctions;
  readonly terms: Terms;
}

/** What is told in passing, over whatever screen it is. */
export type Say = (words: string) => void;

/** How long it stays. */
const SAID_FOR_MS = 12_000;

export interface SafetyContext {
  readonly say: Say;
  /** The server's time. */
  readonly now: () => number;
  /** The rest of the page, which does what follows. */
  readonly later: () => Features;
}

/** The features that keep people safe of each other. */
export function createSafetyFeatures(signIn: SignIn, world: World, { say, now, later }: SafetyContext): SafetyFeatures {
  const { api, clock } = world;
  const { authorised } = signIn;
  return {
    report: createReport({
      api,
      authorised,
      done: (complaint) => {
        say(thanksText(complaint));
        afterReport(later(), world, complaint);
      },
    }),
    blocks: createBlocks({
      api,
      authorised,
      blocked: (whom) => {
        say(`You and ${whom.nickname} will not meet again.`);
        afterBlock(later(), whom, now());
      },
    }),
    sanctions: createSanctions({ api, clock, authorised, drawer: world.barred }),
    terms: createTerms({
      agree: async () => {
        if (signIn.get().phase === 'in') await signIn.agree(TERMS_VERSION);
        world.consent.save({ version: TERMS_VERSION, atMs: clock.now() });
      },
    }),
  };
}

/** The version to which guests of this browser are taken to have agreed. */
export function agreedHere({ consent }: World): number | undefined {
  return consent.load()?.version;
}

/** Says something for a while; what is said next takes its place. */
export function sayer({ clock }: World, said: Value<string | undefined>): Say {
  let cancel = (): void => undefined;
  return (words) => {
    cancel();
    said.set(words);
    cancel = clock.after(SAID_FOR_MS, () => said.set(undefined));
  };
}

/** The server has ended the call, and who came from the queue is in it again. */
function afterReport(features: Features, world: World, { about, block }: Complaint): void {
  if (block) features.blocks.send({ type: 'blocked', who: { sessionId: about.sessionId } });
  features.friends.send({ type: 'look' });
  moveOn(features, world, about.sessionId);
}

/** Leaves a call that was reported, while it goes on or has just ended by it. */
function moveOn({ call, matching }: Features, { callMemory, clock }: World, sessionId: string): void {
  const state = call.get();
  if (state.phase === 'none' || state.details.sessionId !== sessionId) return;
  const ended = state.phase === 'ended';
  if (ended && state.cause !== 'skipped') return;
  const waits = state.details.kind === 'stranger' && recall(callMemory, sessionId).again !== true;
  call.send({ type: 'skip', now: clock.now() });
  call.send({ type: 'dismiss' });
  if (waits && matching.get().phase === 'idle') matching.send({ type: 'requeued', nowMs: clock.now() });
}

/** The server tells of what a report does before it has answered it: that is no partner who moved on. */
export function heedReported(features: Features, world: World, frame: Extract<ServerFrame, { event: 'session-ended' | 'queue-joined' }>): void {
  const sessionId = reporting(features.report.get());
  if (sessionId === undefined) return;
  if (frame.event === 'session-ended') return endsBy(frame.data, sessionId) ? moveOn(features, world, sessionId) : undefined;
  const { matching } = features;
  if (matching.get().phase === 'idle') matching.send({ type: 'requeued', nowMs: world.clock.now() });
}

function endsBy({ sessionId, reason }: SessionEnded, reported: string): boolean {
  return sessionId === reported && reason === 'skipped';
}

function afterBlock({ call, friends }: Features, { who }: Whom, now: number): void {
  friends.send({ type: 'look' });
  const state = call.get();
  if (state.phase !== 'live' || state.details.sessionId !== who.sessionId) return;
  call.send({ type: 'end', now });
}

/** What a person can do for their safety. */
export interface SafetyWays {
  /** What is told in passing. */
  readonly said: Value<string | undefined>;
  readonly hush: () => void;
  readonly reportPartner: (about: About) => void;
  readonly blockSomebody: (whom: Whom) => void;
  /** What was a bar is none any more, and was read. */
  readonly goOn: () => void;
}

export function safetyWays({ report, blocks, sanctions, matching }: Features, said: Value<string | undefined>): SafetyWays {
  return {
    said,
    hush: () => said.set(undefined),
    reportPartner: (about) => report.send({ type: 'open', about }),
    blockSomebody: (whom) => blocks.send({ type: 'ask', whom }),
    goOn: () => {
      sanctions.send({ type: 'go-on' });
      matching.send({ type: 'reset' });
    },
  };
}

/** Asks for the agreement before somebody meets anybody, where it is not known yet. */
export function gatekeeper({ signIn, terms }: Features, world: World): (wanted: Wanted, go: () => void) => void {
  return (wanted, go) => {
    if (!isAgreed(signIn.get(), world)) return terms.before(wanted, go);
    // A socket that is open does not tell it: who starts opens a new one.
    if (wanted === 'start' || !owesConsent(signIn.get(), TERMS_VERSION)) return go();
    void signIn.agree(TERMS_VERSION).then(go, go);
  };
}

/** An account says for itself what it has agreed to; a guest is whoever sits here. */
function isAgreed(state: SignInState, world: World): boolean {
  if (hasAgreed(state, TERMS_VERSION)) return true;
  const isKnownAccount = state.phase === 'in' && state.visitor.account === true;
  return !isKnownAccount && (agreedHere(world) ?? 0) >= TERMS_VERSION;
}

/** What moderators do reaches everything: who is barred is nowhere but before that. */
export function keepSafety(features: Features, context: AccountsContext): void {
  const { signIn, sanctions, account, blocks, report } = features;
  const { world } = context;
  let barred = false;
  sanctions.subscribe(() => {
    const { bar } = sanctions.get();
    const holds = bar !== undefined && bar.over === undefined;
    if (holds && !barred) clearAll(features, context);
    barred = holds;
  });
  let before: string | undefined;
  signIn.subscribe(() => {
    const state = signIn.get();
    if (state.phase === 'returning' || state.phase === 'entering') return;
    const userId = state.phase === 'in' ? state.visitor.userId : undefined;
    if (userId === before) return;
    before = userId;
    if (userId === undefined) {
      for (const { send } of [blocks, report, sanctions]) send({ type: 'forget' });
      return;
    }
    report.send({ type: 'forget' });
    blocks.send({ type: 'belong', userId });
    sanctions.send({ type: 'belong', userId });
    if (world.barred.load()?.userId === userId) sanctions.send({ type: 'look' });
  });
  let looked: number | undefined;
  account.subscribe(() => {
    const until = account.get().own?.bannedUntil;
    if (until === looked) return;
    looked = until;
    if (until !== undefined && until > world.clock.now()) sanctions.send({ type: 'refused', until });
  });
}

function clearAll({ gateway, call, matching, ringing, rematch, room, roomMaker, report, blocks, terms }: Features, { news, accountOpen }: AccountsContext): void {
  gateway.stop();
  call.send({ type: 'drop' });
  call.send({ type: 'dismiss' });
  matching.send({ type: 'reset' });
  ringing.send({ type: 'forget' });
  rematch.send({ type: 'forget' });
  room.send({ type: 'drop' });
  for (const { send } of [report, blocks, terms, roomMaker]) send({ type: 'close' });
  news.set(undefined);
  accountOpen.set(false);
}
