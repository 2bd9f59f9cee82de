import type { FakePerson } from './fake-accounts';

import type { CallEntry, ClientFrame, FriendsAnswer, Ringing, ServerFrame } from '@/protocol/messages';

/** What friends need of the server around them. */
export interface FakeHost {
  readonly now: () => number;
  readonly people: ReadonlyMap<string, FakePerson>;
  readonly tell: (userId: string, event: ServerFrame['event'], data: unknown, id?: string) => void;
  /** Tells the pages that were superseded. */
  readonly tellElsewhere: (userId: string, event: ServerFrame['event'], data: unknown) => void;
  readonly isOnline: (userId: string) => boolean;
  readonly isFree: (userId: string) => boolean;
  /** Begins a call; the first one offers. */
  readonly talk: (offerer: string, answerer: string) => void;
}

interface Request {
  readonly id: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly email: string | undefined;
  readonly at: number;
}

interface FakeRing {
  readonly callId: string;
  readonly caller: string;
  readonly callee: string;
  readonly mode: 'video' | 'audio' | 'text';
  readonly expiresAt: number;
}

/** Friends, requests, calls that ring, and past ones, in memory. Nothing ends by itself: tests end it. */
export class FakeFriends {
  readonly calls = new Map<string, CallEntry[]>();
  /** Who has talked in which session, for `sessionId`. */
  readonly partners = new Map<string, readonly [string, string]>();
  private readonly bonds = new Map<string, number>();
  private requests: Request[] = [];
  private rings: FakeRing[] = [];
  private counter = 0;
  private readonly host: FakeHost;

  constructor(host: FakeHost) {
    this.host = host;
  }

  befriend(one: string, other: string, since = this.host.now()): void {
    this.bonds.set(pair(one, other), since);
  }

  areFriends(one: string, other: string): boolean {
    return this.bonds.has(pair(one, other));
  }

  /** Asks; who was asked by them is a friend then. */
  ask(from: string, whom: { toUserId?: string; toEmail?: string; sessionId?: string }): boolean {
    const met = whom.sessionId === undefined ? undefined : this.partners.get(whom.sessionId)?.find((one) => one !== from);
    const byMail = [...this.host.people.values()].find(({ email }) => email !== undefined && email === whom.toEmail)?.userId;
    const to = whom.toUserId ?? met ?? byMail;
    if (to === undefined && whom.toEmail === undefined) return false;
    const back = this.requests.find((request) => request.from === to && request.to === from);
    if (back !== undefined) return this.answer(from, back.id, true);
    const id = `request-${++this.counter}`;
    this.requests.push({ id, from, to, email: whom.toEmail, at: this.host.now() });
    if (to !== undefined) this.host.tell(to, 'friend-request', { requestId: id, nickname: this.nameOf(from) });
    return true;
  }

  answer(userId: string, requestId: string, accept: boolean): boolean {
    const request = this.requests.find(({ id, to }) => id === requestId && to === userId);
    if (request === undefined) return false;
    this.requests = this.requests.filter((one) => one !== request);
    if (!accept) return true;
    this.befriend(request.from, userId);
    this.host.tell(request.from, 'friend-accepted', { userId, nickname: this.nameOf(userId) });
    return true;
  }

  part(userId: string, id: string): boolean {
    const before = this.requests.length;
    this.requests = this.requests.filter((request) => !(request.id === id && request.from === userId));
    return this.bonds.delete(pair(userId, id)) || this.requests.length < before;
  }

  listOf(userId: string): FriendsAnswer {
    const friends = [...this.bonds].flatMap(([bond, since]) => {
      const [one = '', other = ''] = bond.split(' ');
      if (one !== userId && other !== userId) return [];
      const friend = one === userId ? other : one;
      return [{ userId: friend, nickname: this.nameOf(friend), online: this.host.isOnline(friend), since }];
    });
    const incoming = this.requests.filter(({ to }) => to === userId);
    const outgoing = this.requests.filter(({ from }) => from === userId);
    return {
      friends,
      incoming: incoming.map(({ id, from, at }) => ({ requestId: id, nickname: this.nameOf(from), createdAt: at })),
      outgoing: outgoing.map(({ id, to, email, at }) => ({
        requestId: id,
        createdAt: at,
        ...(email !== undefined ? { email } : { nickname: this.nameOf(to ?? '') }),
      })),
    };
  }

  historyOf(userId: string): CallEntry[] {
    const calls = this.calls.get(userId) ?? [];
    return calls.map(({ friendId, ...call }) => ({ ...call, ...(friendId !== undefined && this.areFriends(userId, friendId) && { friendId }) }));
  }

  /** A call of both is over. */
  remember(one: string, other: string, call: Omit<CallEntry, 'nickname' | 'friendId'>, otherKind = call.kind): void {
    this.note(one, { ...call, nickname: this.nameOf(other), friendId: other });
    this.note(other, { ...call, kind: otherKind, nickname: this.nameOf(one), friendId: one });
  }

  /** What who says hello is told. */
  ringOf(userId: string): Ringing | undefined {
    const ring = this.rings.find(({ caller, callee }) => caller === userId || callee === userId);
    if (ring === undefined) return undefined;
    const { callId, caller, callee, mode, expiresAt } = ring;
    const other = caller === userId ? callee : caller;
    return { callId, with: other, nickname: this.nameOf(other), mode, expiresAt, own: caller === userId };
  }

  hear(userId: string, frame: ClientFrame): void {
    switch (frame.action) {
      case 'call-request':
        return this.ring(userId, frame.data.to, frame.data.mode ?? 'video', frame.id);
      case 'call-accepted':
        return this.accept(userId, frame.data.callId, frame.id);
      case 'call-rejected':
        return this.end(frame.data.callId, 'call-rejected');
      case 'call-cancel':
        return this.end(frame.data.callId, 'call-cancelled');
      default:
    }
  }

  /** The time of all that ring is over. */
  timeOut(): void {
    for (const { callId } of [...this.rings]) this.end(callId, 'call-timeout');
  }

  private ring(caller: string, callee: string, mode: FakeRing['mode'], id: string | undefined): void {
    if (!this.areFriends(caller, callee)) return this.refuse(caller, id, 'forbidden', 'You can ring your friends only.');
    const callId = `call-${++this.counter}`;
    if (!this.host.isFree(callee) || this.ringOf(callee) !== undefined) {
      return this.host.tell(caller, 'call-busy', { callId, from: callee, nickname: this.nameOf(callee) });
    }
    const expiresAt = this.host.now() + 45_000;
    this.rings.push({ callId, caller, callee, mode, expiresAt });
    this.host.tell(caller, 'call-ringing', this.ringOf(caller));
    this.tellDevices(callee, 'call-request', { callId, from: caller, nickname: this.nameOf(caller), mode, expiresAt });
  }

  private accept(userId: string, callId: string, id: string | undefined): void {
    const ring = this.rings.find((one) => one.callId === callId && one.callee === userId);
    if (ring === undefined) return this.refuse(userId, id, 'gone', 'This call rings no more; call back.');
    this.rings = this.rings.filter((one) => one !== ring);
    this.host.tell(ring.caller, 'call-accepted', { callId, from: userId, nickname: this.nameOf(userId) });
    this.host.tellElsewhere(userId, 'call-cancelled', { callId, from: ring.caller, nickname: this.nameOf(ring.caller) });
    this.host.talk(userId, ring.caller);
  }

  private end(callId: string, how: 'call-rejected' | 'call-cancelled' | 'call-timeout'): void {
    const ring = this.rings.find((one) => one.callId === callId);
    if (ring === undefined) return;
    this.rings = this.rings.filter((one) => one !== ring);
    const { caller, callee, mode } = ring;
    this.host.tell(caller, how, { callId, from: callee, nickname: this.nameOf(callee) });
    const toCallee = how === 'call-timeout' ? how : 'call-cancelled';
    this.tellDevices(callee, toCallee, { callId, from: caller, nickname: this.nameOf(caller) });
    const call = { sessionId: callId, commonTags: [], mode, startedAt: this.host.now(), durationMs: 0 };
    if (how !== 'call-rejected') this.remember(caller, callee, { ...call, kind: 'unanswered' }, 'missed');
  }

  private refuse(userId: string, id: string | undefined, code: string, message: string): void {
    this.host.tell(userId, 'error', { code, message }, id);
  }

  private tellDevices(userId: string, event: ServerFrame['event'], data: unknown): void {
    this.host.tell(userId, event, data);
    this.host.tellElsewhere(userId, event, data);
  }

  private note(userId: string, call: CallEntry): void {
    this.calls.set(userId, [call, ...(this.calls.get(userId) ?? [])]);
  }

  private nameOf(userId: string): string {
    return this.host.people.get(userId)?.nickname ?? 'Somebody';
  }
}

function pair(one: string, other: string): string {
  return [one, other].toSorted().join(' ');
}
