import { FakeAccounts, type FakePerson } from './fake-accounts';
import { FakeFriends } from './fake-friends';
import type { FakeAnswer, FakeRequest } from './fake-rest';
import { FakeRooms } from './fake-rooms';
import { usualRules, type FakeRules, type Wish } from './fake-rules';
import { FakeSafety } from './fake-safety';

import { TERMS_VERSION } from '@/features/terms/core/version';
import type { ChatLine, ClientFrame, ConnectionStatus, EndReasonName, KindName, Matched, ServerFrame } from '@/protocol/messages';

type Post = (text: string) => void;

interface Guest {
  readonly userId: string;
  nickname: string;
  post: Post | undefined;
  /** Of the pages that were superseded. */
  elsewhere: Post[];
  wish: Wish | undefined;
  session: Session | undefined;
  /** The call that is over and whose partner they would meet again. */
  again: Session | undefined;
}

interface Session {
  readonly id: string;
  readonly kind: KindName;
  /** Offerer first. */
  readonly guests: readonly [Guest, Guest];
  readonly startedAt: number;
  endsAt: number;
  extensionsLeft: number;
  extendAskedBy: Guest | undefined;
  readonly chat: { from: number; n: number; message: string; sentAt: number }[];
  epoch: number;
  transport: 'relay' | 'kvs';
  endedAt: number | undefined;
}

const AGREED = { version: TERMS_VERSION, agreedAt: 0 };

/** A call among friends, and each extension of it. */
const FRIENDS_MS = 3_600_000;

/** A server in memory that speaks the contract, for tests without the real stack. It keeps no time of its own. */
export class FakeServer {
  readonly rules: FakeRules = usualRules();
  /** Every frame that came in, by nickname, in order. */
  readonly said: { readonly from: string; readonly frame: ClientFrame }[] = [];
  /** Every REST request, in order. */
  readonly asked: FakeRequest[] = [];
  readonly accounts = new FakeAccounts();
  readonly friends = new FakeFriends({
    now: () => this.now(),
    people: this.accounts.people,
    tell: (userId, event, data, id) => this.guests.get(userId)?.post?.(this.text(event, data, id)),
    tellElsewhere: (userId, event, data) => {
      for (const post of this.guests.get(userId)?.elsewhere ?? []) post(this.text(event, data));
    },
    isOnline: (userId) => this.guests.get(userId)?.post !== undefined,
    isFree: (userId) => {
      const guest = this.guests.get(userId);
      return guest?.session === undefined && guest?.wish === undefined;
    },
    talk: (offerer, answerer) => {
      const guests = [this.guests.get(offerer), this.guests.get(answerer)] as const;
      if (guests[0] !== undefined && guests[1] !== undefined) this.begin('friend', [guests[0], guests[1]]);
    },
  });
  readonly rooms = new FakeRooms({ now: () => this.now(), tell: (userId, event, data, id) => this.guests.get(userId)?.post?.(this.text(event, data, id)) });
  readonly safety = new FakeSafety({
    now: () => this.now(),
    tell: (userId, event, data) => this.guests.get(userId)?.post?.(this.text(event, data)),
    partner: (sessionId, userId) => this.accounts.people.get(this.friends.partners.get(sessionId)?.find((one) => one !== userId) ?? ''),
    endCall: (userId) => {
      const guest = this.guests.get(userId);
      if (guest !== undefined) guest.wish = undefined;
      if (guest?.session !== undefined) this.endSession(guest.session, 'moderation');
    },
    report: (sessionId, userId) => {
      const [session, guest] = [this.sessions.get(sessionId), this.guests.get(userId)];
      if (session === undefined || guest?.session !== session) return;
      this.endSession(session, 'skipped');
      if (session.kind === 'stranger') this.join(guest, { tags: [], mode: 'video' });
    },
  });
  /** What who asks for a mail hears instead. */
  refuseMail: FakeAnswer | undefined;
  private readonly sessions = new Map<string, Session>();
  private readonly guests = new Map<string, Guest>();
  private readonly now: () => number;
  private counter = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  login(nickname: string, tags: readonly string[] = []): { userId: string; nickname: string; token: string } {
    const userId = `user-${++this.counter}`;
    this.guests.set(userId, { userId, nickname, post: undefined, elsewhere: [], wish: undefined, session: undefined, again: undefined });
    this.accounts.people.set(userId, { userId, nickname, tags, hideIp: false, findable: false, moderates: false, ...(this.rules.agreed && { consent: AGREED }) });
    return { userId, nickname, token: `token.${userId}` };
  }

  /** Whose token it is; a token of nobody, or of somebody who was erased, is nobody's. */
  personOf(token: string | undefined): FakePerson | undefined {
    return this.accounts.people.get(token?.replace('token.', '') ?? '');
  }

  /** Changes a profile, as the owner asks. */
  rename(person: FakePerson, change: object): void {
    Object.assign(person, change);
    if (person.language === '') delete person.language;
    const guest = this.guests.get(person.userId);
    if (guest !== undefined) guest.nickname = person.nickname;
  }

  /** The ticket that a token gets; a token of nobody gets none. */
  ticket(token: string): string | undefined {
    const userId = token.replace('token.', '');
    return this.guests.has(userId) ? `ticket.${userId}` : undefined;
  }

  /** A socket for the holder of the ticket; the answer takes its frames. */
  connect(ticket: string, post: (text: string) => void): { hear: (text: string) => void; gone: () => void } {
    const guest = this.guests.get(ticket.replace('ticket.', ''));
    if (guest === undefined) return { hear: () => undefined, gone: () => undefined };
    const older = guest.post;
    guest.post = post;
    if (older !== undefined) {
      guest.elsewhere.push(older);
      older(this.text('superseded', {}));
      guest.again = undefined;
    }
    return {
      hear: (text) => {
        const frame = JSON.parse(text) as ClientFrame;
        this.said.push({ from: guest.nickname, frame });
        if (guest.post === post) this.hear(guest, frame);
        else post(this.text('error', { code: 'unauthorized', message: 'Say hello first, or open a new connection.' }, frame.id));
      },
      gone: () => {
        guest.elsewhere = guest.elsewhere.filter((one) => one !== post);
        if (guest.post === post) this.lose(guest);
      },
    };
  }

  /** Pairs the two who wait the longest. */
  pair(): void {
    const [first, second] = this.waiting();
    if (first === undefined || second === undefined) return;
    this.begin('stranger', [first, second]);
  }

  /** Ends the session of this person, for both. */
  end(nickname: string, reason: EndReasonName): void {
    const session = this.byName(nickname)?.session;
    if (session !== undefined) this.endSession(session, reason);
  }

  /** Posts anything to one person. */
  tell(nickname: string, event: ServerFrame['event'], data: unknown): void {
    const guest = this.byName(nickname);
    if (guest !== undefined) this.post(guest, event, data);
  }

  time(): number {
    return this.now();
  }

  sessionOf(nickname: string): string {
    return this.byName(nickname)?.session?.id ?? 'none';
  }

  private begin(kind: KindName, guests: readonly [Guest, Guest]): void {
    const startedAt = this.now();
    const session: Session = {
      id: `session-${++this.counter}`,
      kind,
      guests,
      startedAt,
      endsAt: startedAt + (kind === 'friend' ? FRIENDS_MS : this.rules.sessionMs),
      extensionsLeft: 3,
      extendAskedBy: undefined,
      chat: [],
      epoch: 1,
      transport: this.rules.signaling,
      endedAt: undefined,
    };
    this.sessions.set(session.id, session);
    this.friends.partners.set(session.id, [guests[0].userId, guests[1].userId]);
    for (const guest of guests) {
      this.rooms.lose(guest.userId, 'held');
      guest.session = session;
      guest.wish = undefined;
      guest.again = undefined;
    }
    for (const guest of guests) this.post(guest, 'matched', this.matched(session, guest));
  }

  private hear(guest: Guest, frame: ClientFrame): void {
    const { session } = guest;
    if (frame.action === 'rematch') return this.rematch(guest, frame.data.sessionId, frame.id);
    if (this.rooms.hear(guest.userId, frame)) return;
    if (frame.id !== undefined) guest.post?.(JSON.stringify({ event: 'ack', id: frame.id, ts: this.now(), data: {} }));
    switch (frame.action) {
      case 'hello':
        return this.welcome(guest);
      case 'ping':
        return this.post(guest, 'pong', {});
      case 'join-queue':
        return this.join(guest, { tags: frame.data.tags ?? [], mode: frame.data.mode ?? 'video' });
      case 'leave-queue':
        guest.wish = undefined;
        guest.again = undefined;
        return this.post(guest, 'queue-left', {});
      case 'next':
        if (session !== undefined) this.endSession(session, 'skipped', guest);
        return this.join(guest, { tags: [], mode: 'video' });
      case 'end-call':
        if (session !== undefined) this.endSession(session, 'peer-left');
        return;
      case 'extend-session':
        return session && this.extend(session, guest);
      case 'get-match-details':
        return session && this.post(guest, 'match-details', this.matched(session, guest));
      case 'connection-status':
        return session && this.heed(session, guest, frame.data);
      case 'call-request':
      case 'call-accepted':
      case 'call-rejected':
      case 'call-cancel':
        return this.friends.hear(guest.userId, frame);
      default:
        if (session !== undefined) this.relay(session, guest, frame);
    }
  }

  private heed(session: Session, guest: Guest, { status, epoch, sha256 }: ConnectionStatus): void {
    if (status === 'signaling-failed') this.fallBack(session, epoch ?? 0);
    if (status !== 'received' || sha256 === undefined) return;
    this.post(this.partner(session, guest), 'fingerprint', { sessionId: session.id, from: alias(session, guest), sha256 });
  }

  private relay(session: Session, guest: Guest, frame: ClientFrame): void {
    const me = session.guests.indexOf(guest);
    const partner = session.guests[1 - me];
    if (partner === undefined) return;
    const event = frame.action.replace('send-', '') as ServerFrame['event'];
    const sentAt = this.now();
    if (frame.action === 'send-message') {
      const { n, message } = frame.data;
      if (!session.chat.some((line) => line.from === me && line.n === n)) session.chat.push({ from: me, n, message, sentAt });
    }
    this.post(partner, event, { ...frame.data, from: alias(session, guest), sentAt });
  }

  private welcome(guest: Guest): void {
    const { session, wish, userId } = guest;
    if (session !== undefined) {
      const chat: ChatLine[] = session.chat.map(({ from, ...line }) => ({
        ...line,
        own: session.guests[from] === guest,
        from: `peer-${from}`,
      }));
      this.post(guest, 'connected', { userId, state: 'in-session', session: { ...this.matched(session, guest), chat } });
      return this.post(this.partner(session, guest), 'peer-reconnected', { sessionId: session.id, peerId: alias(session, guest) });
    }
    const queue = wish && this.rules.queue(wish);
    const ring = this.friends.ringOf(userId);
    const place = this.rooms.placeOf(userId);
    const state = place.room !== undefined || place.roomWaiting !== undefined ? 'in-room' : wish ? 'waiting' : 'idle';
    this.post(guest, 'connected', { userId, state, ...place, ...(queue && { queue }), ...(ring && { ring }) });
  }

  private lose(guest: Guest): void {
    guest.post = undefined;
    guest.again = undefined;
    this.rooms.lose(guest.userId);
    const { session } = guest;
    if (session === undefined) return;
    this.post(this.partner(session, guest), 'peer-reconnecting', { sessionId: session.id, peerId: alias(session, guest) });
  }

  private join(guest: Guest, wish: Wish): void {
    guest.wish = wish;
    this.post(guest, 'queue-joined', this.rules.queue(wish));
    if (!this.rules.lonely) this.pair();
  }

  /** Both meet when both have asked; who asks alone hears that it was heard. */
  private rematch(guest: Guest, sessionId: string, id: string | undefined): void {
    const over = this.sessions.get(sessionId);
    if (over?.endedAt === undefined || this.now() - over.endedAt > this.rules.rematchMs) {
      guest.post?.(this.text('error', { code: 'gone', message: 'It is too late to meet again; look for somebody new instead.' }, id));
      return;
    }
    guest.post?.(this.text('ack', {}, id));
    guest.again = over;
    const partner = this.partner(over, guest);
    if (partner.again !== over || partner.session !== undefined) return;
    for (const one of over.guests) {
      const other = this.partner(over, one);
      this.post(one, 'rematched', { callId: sessionId, from: alias(over, other), nickname: other.nickname });
    }
    this.begin('stranger', over.guests);
  }

  private extend(session: Session, guest: Guest): void {
    const { id: sessionId, extendAskedBy, endsAt } = session;
    const partner = this.partner(session, guest);
    session.extendAskedBy = extendAskedBy === partner ? undefined : guest;
    if (extendAskedBy !== partner) return this.post(partner, 'extend-requested', { sessionId, endsAt });
    session.endsAt += session.kind === 'friend' ? FRIENDS_MS : 300_000;
    session.extensionsLeft -= 1;
    for (const one of session.guests) {
      this.post(one, 'session-extended', { sessionId, endsAt: session.endsAt, extensionsLeft: session.extensionsLeft });
    }
  }

  private fallBack(session: Session, epoch: number): void {
    if (epoch !== session.epoch || session.transport === 'relay') return;
    session.epoch += 1;
    session.transport = 'relay';
    for (const guest of session.guests) {
      this.post(guest, 'signaling', { sessionId: session.id, epoch: session.epoch, transport: 'relay' });
    }
  }

  private endSession(session: Session, reason: EndReasonName, skipper?: Guest): void {
    const { id: sessionId, kind, startedAt, guests } = session;
    const durationMs = this.now() - startedAt;
    session.endedAt = this.now();
    const commonTags = kind === 'friend' ? [] : this.rules.commonTags;
    this.friends.remember(guests[0].userId, guests[1].userId, { sessionId, kind, commonTags, mode: 'video', startedAt, durationMs });
    for (const guest of session.guests) {
      guest.session = undefined;
      if (guest !== skipper) this.post(guest, 'session-ended', { sessionId: session.id, reason, durationMs });
    }
  }

  private matched(session: Session, guest: Guest): Matched {
    const me = session.guests.indexOf(guest);
    const partner = this.partner(session, guest);
    const role = me === 0 ? 'offerer' : 'answerer';
    const { commonTags, iceTransportPolicy } = this.rules;
    const kvs = { transport: 'kvs', channelArn: 'arn', region: 'us-east-1', channelEndpoint: 'wss://kvs', url: 'ws://127.0.0.1:9/kvs', expiresIn: 299 } as const;
    return {
      sessionId: session.id,
      ownPeerId: alias(session, guest),
      kind: session.kind,
      peer: { peerId: alias(session, partner), nickname: partner.nickname, commonTags: session.kind === 'friend' ? [] : commonTags },
      role,
      epoch: session.epoch,
      startedAt: session.startedAt,
      endsAt: session.endsAt,
      nextAt: session.startedAt + 2000,
      extensionsLeft: session.extensionsLeft,
      iceServers: [],
      iceTransportPolicy,
      signaling:
        session.transport === 'relay'
          ? { transport: 'relay' }
          : role === 'offerer'
            ? { ...kvs, role: 'VIEWER', clientId: 'viewer' }
            : { ...kvs, role: 'MASTER', peerClientId: 'viewer' },
    };
  }

  private partner(session: Session, guest: Guest): Guest {
    return session.guests[0] === guest ? session.guests[1] : session.guests[0];
  }

  private waiting(): readonly Guest[] {
    return [...this.guests.values()].filter(({ wish, post }) => wish !== undefined && post !== undefined);
  }

  private byName(nickname: string): Guest | undefined {
    return [...this.guests.values()].findLast((guest) => guest.nickname === nickname);
  }

  private post(guest: Guest, event: ServerFrame['event'], data: unknown): void {
    guest.post?.(this.text(event, data));
  }

  private text(event: string, data: unknown, id?: string): string {
    return JSON.stringify({ event, ...(id !== undefined && { id }), ts: this.now(), data });
  }
}

function alias(session: Session, guest: Guest): string {
  return `peer-${session.guests.indexOf(guest)}`;
}
