import { isRecord } from '@/lib/browser/drawer';
import type {
  AppealEntry,
  AppealsAnswer,
  AuditAnswer,
  AuditEntry,
  BlockEntry,
  BlocksAnswer,
  ConsentAnswer,
  Evidence,
  Facts,
  Line,
  NextReportAnswer,
  NoticedByRule,
  ObjectiveEntry,
  PersonFile,
  ReportCase,
  ReportEntry,
  ReportsAnswer,
  SanctionEntry,
  SanctionFile,
  SanctionsAnswer,
  StatsAnswer,
  StatusAnswer,
} from '@/protocol/messages';

type Check = (value: unknown) => boolean;

/** Every field has its check, those that may be absent too. */
function shape<Shape>(fields: Readonly<Record<keyof Shape & string, Check>>): (value: unknown) => value is Shape {
  const checks = Object.entries<Check>(fields);
  return (value): value is Shape => isRecord(value) && checks.every(([name, check]) => check(value[name]));
}

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const flag: Check = (value) => typeof value === 'boolean';
const maybe = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);

export const isConsent = shape<ConsentAnswer>({ version: number, agreedAt: number });

const isBlock = shape<BlockEntry>({ blockId: text, nickname: text, createdAt: number });
export const isBlocks = shape<BlocksAnswer>({ blocks: listOf(isBlock) });

const isSanction = shape<SanctionEntry>({
  sanctionId: text,
  action: text,
  reason: text,
  createdAt: number,
  until: maybe(number),
  holds: flag,
  appeal: maybe(text),
});
export const isSanctions = shape<SanctionsAnswer>({ sanctions: listOf(isSanction) });

export const isReport = shape<ReportEntry>({
  reportId: text,
  reason: text,
  stage: text,
  urgent: flag,
  createdAt: number,
  leasedUntil: maybe(number),
  decidedAt: maybe(number),
  action: maybe(text),
  note: maybe(text),
});
export const isReports = shape<ReportsAnswer>({ reports: listOf(isReport), older: maybe(text) });

const isSanctionFile = shape<SanctionFile>({ sanction: isSanction, answerNote: maybe(text) });

const isPersonFile = shape<PersonFile>({
  userId: text,
  nickname: maybe(text),
  hasAccount: flag,
  createdAt: maybe(number),
  bannedUntil: maybe(number),
  reportsAgainst: listOf(isReport),
  reportsMade: listOf(isReport),
  sanctions: listOf(isSanctionFile),
});

const isFacts = shape<Facts>({
  kind: text,
  mode: text,
  commonTags: listOf(text),
  startedAt: number,
  durationMs: number,
  accused: text,
  reporter: text,
});
const isLine = shape<Line>({ byAccused: flag, message: text, sentAt: number });
const isEvidence = shape<Evidence>({ comment: maybe(text), call: isFacts, lines: listOf(isLine) });
const isNoticed = shape<NoticedByRule>({ rule: text, many: number, withinMs: number });
const isCase = shape<ReportCase>({
  entry: isReport,
  evidence: maybe(isEvidence),
  noticed: maybe(isNoticed),
  accused: isPersonFile,
  reporter: maybe(isPersonFile),
});
export const isNextReport = shape<NextReportAnswer>({ report: maybe(isCase) });

export const isStats = shape<StatsAnswer>({ urgent: number, open: number, appeals: number, oldestAt: maybe(number) });

const isObjective = shape<ObjectiveEntry>({
  name: text,
  what: text,
  unit: text,
  aim: number,
  samples: number,
  figure: maybe(number),
  met: maybe(flag),
});
export const isStatus = shape<StatusAnswer>({ objectives: listOf(isObjective) });

const isAppeal = shape<AppealEntry>({ userId: text, sanction: isSanction, message: text, own: flag, note: maybe(text), createdAt: number });
export const isAppeals = shape<AppealsAnswer>({ appeals: listOf(isAppeal) });

const isAuditLine = shape<AuditEntry>({
  n: number,
  at: number,
  deed: text,
  by: maybe(text),
  about: text,
  reportId: maybe(text),
  until: maybe(number),
  previous: text,
  hash: text,
});
export const isAudit = shape<AuditAnswer>({ lines: listOf(isAuditLine), older: maybe(number) });
