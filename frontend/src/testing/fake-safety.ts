import type { FakePerson } from './fake-accounts';
import { refused, type FakeAnswer, type FakeRequest } from './fake-rest';

import type { AppealEntry, AuditEntry, BlockEntry, ObjectiveEntry, ReportCase, ReportEntry, SanctionEntry, ServerFrame } from '@/protocol/messages';

/** What safety needs of the server around it. */
export interface SafetyHost {
  readonly now: () => number;
  readonly tell: (userId: string, event: ServerFrame['event'], data: unknown) => void;
  /** Who was in this call, and under which name the partner of one of them went. */
  readonly partner: (sessionId: string, userId: string) => FakePerson | undefined;
  /** Ends whatever somebody does. */
  readonly endCall: (userId: string) => void;
  /** Ends the call that a report is about. */
  readonly report: (sessionId: string, userId: string) => void;
}

/** What was said about somebody. */
export interface FakeReport {
  readonly by: string;
  readonly sessionId: string;
  readonly reason: string;
  readonly comment: string | undefined;
  readonly block: boolean;
}

/** Consent, blocks, reports, sanctions and moderators in memory; decisions are made by tests. */
export class FakeSafety {
  readonly reports: FakeReport[] = [];
  readonly blocks = new Map<string, BlockEntry[]>();
  readonly sanctions = new Map<string, SanctionEntry[]>();
  /** What moderators have to look at, the first first. */
  cases: ReportCase[] = [];
  listed: ReportEntry[] = [];
  appeals: AppealEntry[] = [];
  audit: AuditEntry[] = [];
  objectives: ObjectiveEntry[] = [];
  /** How many a page of a list holds. */
  pageSize = 50;
  /** What who moderates hears instead of an answer to a decision. */
  deskRefusal: FakeAnswer | undefined;
  /** What moderators have decided. */
  readonly rulings: unknown[] = [];
  readonly answers: unknown[] = [];
  /** Nobody comes in anew. */
  doorClosed: FakeAnswer | undefined;
  /** What who reports, or blocks, hears instead. */
  refusal: FakeAnswer | undefined;
  private counter = 0;
  private readonly host: SafetyHost;

  constructor(host: SafetyHost) {
    this.host = host;
  }

  /** Keeps somebody from meeting people, and tells them. */
  strike(userId: string, person: FakePerson, action: 'suspend' | 'ban', reason: string, until: number): SanctionEntry {
    const sanction: SanctionEntry = { sanctionId: `sanction-${++this.counter}`, action, reason, createdAt: this.host.now(), until, holds: true };
    this.sanctions.set(userId, [sanction]);
    person.bannedUntil = until;
    this.host.endCall(userId);
    this.host.tell(userId, 'moderation-action', { sanctionId: sanction.sanctionId, action, reason, until });
    return sanction;
  }

  /** Lifts what was done, or lets it stand. */
  answer(userId: string, person: FakePerson, granted: boolean): void {
    const [sanction] = this.sanctions.get(userId) ?? [];
    if (sanction === undefined) return;
    this.sanctions.set(userId, [{ ...sanction, holds: !granted, appeal: granted ? 'granted' : 'rejected' }]);
    if (granted) delete person.bannedUntil;
  }

  ask(person: FakePerson, { method, path, body }: Pick<FakeRequest, 'method' | 'path' | 'body'>): FakeAnswer | undefined {
    const { pathname } = new URL(path, 'http://fake');
    switch (`${method} ${pathname}`) {
      case 'POST /api/consent':
        person.consent = { version: Number(body['version']), agreedAt: this.host.now() };
        return { status: 200, body: person.consent };
      case 'POST /api/reports':
        return this.refusal ?? this.take(person, body);
      case 'GET /api/blocks':
        return { status: 200, body: { blocks: this.blocks.get(person.userId) ?? [] } };
      case 'POST /api/blocks':
        return this.refusal ?? this.block(person, body);
      case 'GET /api/sanctions':
        return { status: 200, body: { sanctions: this.sanctions.get(person.userId) ?? [] } };
      case 'POST /api/appeals':
        return this.appeal(person);
      default:
        return this.free(person, method, pathname) ?? this.moderate(person, `${method} ${pathname}`, body, path);
    }
  }

  private take({ userId }: FakePerson, body: FakeRequest['body']): FakeAnswer {
    const sessionId = String(body['sessionId']);
    const comment = typeof body['comment'] === 'string' ? body['comment'] : undefined;
    this.reports.push({ by: userId, sessionId, reason: String(body['reason']), comment, block: body['block'] === true });
    this.host.report(sessionId, userId);
    return { status: 201, body: { reportId: `report-${++this.counter}` } };
  }

  private block({ userId }: FakePerson, body: FakeRequest['body']): FakeAnswer {
    const { sessionId, userId: whom } = body as { sessionId?: string; userId?: string };
    const nickname = (sessionId === undefined ? undefined : this.host.partner(sessionId, userId)?.nickname) ?? whom ?? 'Somebody';
    const blockId = `block-${++this.counter}`;
    this.blocks.set(userId, [{ blockId, nickname, createdAt: this.host.now() }, ...(this.blocks.get(userId) ?? [])]);
    return { status: 200, body: { blockId } };
  }

  private free({ userId }: FakePerson, method: string, pathname: string): FakeAnswer | undefined {
    const [, blockId] = /^DELETE \/api\/blocks\/(.+)$/u.exec(`${method} ${pathname}`) ?? [];
    if (blockId === undefined) return undefined;
    this.blocks.set(userId, (this.blocks.get(userId) ?? []).filter((entry) => entry.blockId !== blockId));
    return { status: 204, body: undefined };
  }

  private appeal({ userId }: FakePerson): FakeAnswer {
    const [sanction] = this.sanctions.get(userId) ?? [];
    if (sanction === undefined) return refused(404, 'not_found', 'There is no such sanction.');
    if (sanction.appeal !== undefined) return refused(409, 'conflict', 'You have appealed already.');
    this.sanctions.set(userId, [{ ...sanction, appeal: 'open' }]);
    return { status: 201, body: {} };
  }

  private moderate(person: FakePerson, route: string, body: FakeRequest['body'], path: string): FakeAnswer | undefined {
    if (!/^(GET|POST) \/api\/(reports|appeals|status)/u.test(route)) return undefined;
    if (!person.moderates) return refused(403, 'forbidden', 'This is for moderators, with a sign-in by mail of the last 12 hours.');
    if (route.startsWith('POST')) {
      const { note } = body;
      if (typeof note !== 'string' || note.trim() === '') return refused(400, 'invalid_request', 'Say in a few words what you mean.');
      if (this.deskRefusal !== undefined) return this.deskRefusal;
    }
    const before = new URL(path, 'http://fake').searchParams.get('before');
    switch (route) {
      case 'GET /api/reports/next': {
        const [report] = this.cases;
        return { status: 200, body: report === undefined ? {} : { report } };
      }
      case 'GET /api/reports':
        return { status: 200, body: { reports: this.listed.slice(Number(before ?? 0)).slice(0, this.pageSize), ...this.older(before, this.listed) } };
      case 'GET /api/reports/stats': {
        const urgent = this.cases.filter(({ entry }) => entry.urgent).length;
        const [oldest] = this.cases;
        return { status: 200, body: { urgent, open: this.cases.length, appeals: this.appeals.length, ...(oldest && { oldestAt: oldest.entry.createdAt }) } };
      }
      case 'POST /api/reports/moderate': {
        const decided = this.cases.find(({ entry }) => entry.reportId === body['reportId']);
        if (decided === undefined) return refused(409, 'conflict', 'Somebody else has decided this.');
        this.rulings.push(body);
        this.cases = this.cases.filter((one) => one !== decided);
        const stage = body['decision'] === 'accepted' ? 'upheld' : 'dismissed';
        return { status: 200, body: { ...decided.entry, stage } };
      }
      case 'GET /api/reports/audit': {
        const lines = this.audit.filter(({ n }) => before === null || n < Number(before)).slice(0, this.pageSize);
        const last = lines.at(-1)?.n ?? 1;
        return { status: 200, body: { lines, ...(last > 1 && { older: last }) } };
      }
      case 'GET /api/status':
        return { status: 200, body: { objectives: this.objectives } };
      case 'GET /api/appeals':
        return { status: 200, body: { appeals: this.appeals } };
      case 'POST /api/appeals/answer':
        this.answers.push(body);
        this.appeals = this.appeals.filter(({ sanction }) => sanction.sanctionId !== body['sanctionId']);
        return { status: 200, body: {} };
      default:
        return undefined;
    }
  }

  /** Where a list goes on, by how much of it is read. */
  private older(before: string | null, all: readonly unknown[]): { readonly older?: string } {
    const read = Number(before ?? 0) + this.pageSize;
    return read < all.length ? { older: String(read) } : {};
  }
}
