import type {
  AnswerAppealRequest,
  AppealEntry,
  AppealRequest,
  AuditAnswer,
  BlockEntry,
  BlockRequest,
  ModerateRequest,
  ObjectiveEntry,
  ReportCase,
  ReportEntry,
  ReportRequest,
  ReportsAnswer,
  SanctionEntry,
  StatsAnswer,
} from '@/protocol/messages';

/** What keeps people safe of each other. Every refusal is an `ApiError`. */
export interface SafetyApi {
  /** Agrees to the terms of a version, and says that one is 18 or older; the answer is the version that is kept. */
  readonly agree: (accessToken: string, version: number) => Promise<number>;
  readonly blocks: (accessToken: string) => Promise<readonly BlockEntry[]>;
  readonly block: (accessToken: string, whom: BlockRequest) => Promise<void>;
  readonly unblock: (accessToken: string, blockId: string) => Promise<void>;
  /** Said twice about one call it is one report. */
  readonly report: (accessToken: string, report: ReportRequest) => Promise<void>;
  /** What was done about oneself. */
  readonly sanctions: (accessToken: string) => Promise<readonly SanctionEntry[]>;
  /** Once for each sanction. */
  readonly appeal: (accessToken: string, appeal: AppealRequest) => Promise<void>;
}

/** Which reports a list shows; all that is absent. */
export interface ReportFilter {
  readonly stage?: string;
  readonly reason?: string;
}

/** What moderators do. Everybody else is `forbidden`. */
export interface ModerationApi {
  /** Leases the next report for five minutes; asked again it is the same one. */
  readonly nextReport: (accessToken: string) => Promise<ReportCase | undefined>;
  /** The newest first; from a place on that an answer has named. */
  readonly reports: (accessToken: string, filter: ReportFilter, before?: string) => Promise<ReportsAnswer>;
  readonly reportStats: (accessToken: string) => Promise<StatsAnswer>;
  /** Where the service objectives stand. */
  readonly objectives: (accessToken: string) => Promise<readonly ObjectiveEntry[]>;
  readonly moderate: (accessToken: string, ruling: ModerateRequest) => Promise<ReportEntry>;
  /** The newest first; those before a line. */
  readonly auditLines: (accessToken: string, before?: number) => Promise<AuditAnswer>;
  /** The oldest first. */
  readonly appeals: (accessToken: string) => Promise<readonly AppealEntry[]>;
  readonly answerAppeal: (accessToken: string, answer: AnswerAppealRequest) => Promise<void>;
}
