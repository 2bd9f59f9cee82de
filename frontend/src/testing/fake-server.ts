import type { ChatLine, ClientFrame, ConnectionStatus, EndReasonName, Matched, Queue, ServerFrame } from '@/protocol/messages';

/** How a test's server behaves; every field may be changed while it runs. */
export interface FakeRules {
  sessionMs: number;
  signaling: 'relay' | 'kvs';
  iceTransportPolicy: 'all' | 'relay';
  /** What a waiting person is told. */
  queue: (wish: Wish) => Queue;
  /** Nobody is paired; people wait until `pair` is called. */
  lonely: boolean;
  commonTags: string[];
}

interface Wish {
  readonly tags: readonly string[];
  readonly mode: string;
}

interface Guest {
  readonly userId: string;
  readonly nickname: string;
  post: ((text: string) => void) | undefined;
  wish: Wish | undefined;
  session: Session | undefined;
}

interface Session {
  readonly id: string;
  /** Offerer first. */
  readonly guests: readonly [Guest, Guest];
  readonly startedAt: number;
  endsAt: number;
  extensionsLeft: number;
  extendAskedBy: Guest | undefined;
  readonly chat: { from: number; n: number; message: string; sentAt: number }[];
  epoch: number;
  transport: 'relay' | 'kvs';
}

/** A server in memory that speaks the contract, for tests without the real stack. It keeps no time of its own. */
export class FakeServer {
  readonly rules: FakeRules = {
    sessionMs: 300_000,
    signaling: 'relay',
    iceTransportPolicy: 'all',
    queue: ({ tags }) => ({ tags: tags.map((tag) => ({ tag, waiting: 1 })), waiting: 1, position: 1 }),
    lonely: false,
    commonTags: ['music'],
  };
  /** Every frame that came in, by nickname, in order. */
  readonly said: { readonly from: string; readonly frame: ClientFrame }[] = [];
  private readonly guests = new Map<string, Guest>();
  private readonly now: () => number;
  private counter = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  login(nickname: string): { userId: string; nickname: string; token: string } {
    const userId = `user-${++this.counter}`;
    this.guests.set(userId, { userId, nickname, post: undefined, wish: undefined, session: undefined });
    return { userId, nickname, token: `token.${userId}` };
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
    if (older !== undefined) older(this.text('superseded', {}));
    return {
      hear: (text) => {
        const frame = JSON.parse(text) as ClientFrame;
        this.said.push({ from: guest.nickname, frame });
        if (guest.post === post) this.hear(guest, frame);
      },
      gone: () => {
        if (guest.post === post) this.lose(guest);
      },
    };
  }

  /** Pairs the two who wait the longest. */
  pair(): void {
    const [first, second] = this.waiting();
    if (first === undefined || second === undefined) return;
    const startedAt = this.now();
    const session: Session = {
      id: `session-${++this.counter}`,
      guests: [first, second],
      startedAt,
      endsAt: startedAt + this.rules.sessionMs,
      extensionsLeft: 3,
      extendAskedBy: undefined,
      chat: [],
      epoch: 1,
      transport: this.rules.signaling,
    };
    for (const guest of session.guests) {
      guest.session = session;
      guest.wish = undefined;
      this.post(guest, 'matched', this.matched(session, guest));
    }
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

  sessionOf(nickname: string): string {
    return this.byName(nickname)?.session?.id ?? 'none';
  }

  private hear(guest: Guest, frame: ClientFrame): void {
    const { session } = guest;
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
    this.post(guest, 'connected', { userId, state: wish ? 'waiting' : 'idle', ...(queue && { queue }) });
  }

  private lose(guest: Guest): void {
    guest.post = undefined;
    const { session } = guest;
    if (session === undefined) return;
    this.post(this.partner(session, guest), 'peer-reconnecting', { sessionId: session.id, peerId: alias(session, guest) });
  }

  private join(guest: Guest, wish: Wish): void {
    guest.wish = wish;
    this.post(guest, 'queue-joined', this.rules.queue(wish));
    if (!this.rules.lonely) this.pair();
  }

  private extend(session: Session, guest: Guest): void {
    const { id: sessionId, extendAskedBy, endsAt } = session;
    const partner = this.partner(session, guest);
    session.extendAskedBy = extendAskedBy === partner ? undefined : guest;
    if (extendAskedBy !== partner) return this.post(partner, 'extend-requested', { sessionId, endsAt });
    session.endsAt += 300_000;
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
    const durationMs = this.now() - session.startedAt;
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
      peer: { peerId: alias(session, partner), nickname: partner.nickname, commonTags },
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

  private text(event: string, data: unknown): string {
    return JSON.stringify({ event, ts: this.now(), data });
  }
}

function alias(session: Session, guest: Guest): string {
  return `peer-${session.guests.indexOf(guest)}`;
}
