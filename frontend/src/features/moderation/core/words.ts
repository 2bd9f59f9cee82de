import { problemTextWith, type Problem } from '@/lib/core/problem';
import { reasonText } from '@/lib/core/reasons';
import { spanOf } from '@/lib/core/span-text';
import type { AuditEntry, ModerateRequest, NoticedByRule, PersonFile, ReportCase, ReportEntry, SanctionEntry } from '@/protocol/messages';

/** How long somebody may be suspended, in hours. */
export const SUSPENSIONS = [
  { hours: 1, label: '1 hour' },
  { hours: 24, label: '24 hours' },
  { hours: 72, label: '3 days' },
  { hours: 168, label: '7 days' },
  { hours: 720, label: '30 days' },
] as const;

export function suspensionText(hours: number): string {
  return SUSPENSIONS.find((known) => known.hours === hours)?.label ?? spanOf(hours * 3600);
}

/** What was decided, in one sentence. */
export function decidedText({ decision, action, hours }: ModerateRequest): string {
  if (decision === 'rejected') return 'Dismissed.';
  if (action === 'suspend') return `Suspended for ${suspensionText(hours ?? 1)}.`;
  return action === 'ban' ? 'Banned.' : 'Warned.';
}

/** What the next report is about, in one sentence. */
export function foundText({ entry }: ReportCase): string {
  return `The next report: ${reasonText(entry.reason)}${entry.urgent ? ', urgent' : ''}.`;
}

const STAGES: Readonly<Record<string, string>> = { open: 'Waits', leased: 'With a moderator', dismissed: 'Dismissed', upheld: 'Upheld' };

/** By which lists can be narrowed. */
export const STAGE_OPTIONS = Object.entries(STAGES).map(([value, label]) => ({ value, label }));

const ACTIONS: Readonly<Record<string, string>> = { warn: 'warned', suspend: 'suspended', ban: 'banned' };

export function stageText({ stage, action }: Pick<ReportEntry, 'stage' | 'action'>): string {
  const told = STAGES[stage] ?? stage;
  return action === undefined ? told : `${told}: ${ACTIONS[action] ?? action}`;
}

const SANCTIONS: Readonly<Record<string, string>> = { warn: 'Warning', suspend: 'Suspension', ban: 'Ban' };
const APPEALS: Readonly<Record<string, string>> = { open: 'appealed', granted: 'lifted on appeal', rejected: 'appeal rejected' };

export function sanctionText({ action, reason, holds, appeal }: SanctionEntry): string {
  const rest = [holds && action !== 'warn' ? 'holds' : undefined, appeal === undefined ? undefined : (APPEALS[appeal] ?? appeal)];
  return [`${SANCTIONS[action] ?? action} for ${reasonText(reason).toLowerCase()}`, ...rest.filter((part) => part !== undefined)].join(', ');
}

const RULES: Readonly<Record<string, string>> = {
  'skipped-by-many': 'different people went on to somebody else',
  'reported-by-many': 'different people reported them',
  'links-to-everybody': 'different people were sent links',
};

/** What a rule has noticed, in one sentence. */
export function noticedText({ rule, many, withinMs }: NoticedByRule): string {
  return `Noticed by the rule ${rule}: ${many} ${RULES[rule] ?? 'times'} within ${spanOf(withinMs / 1000)}.`;
}

/** Who it is, as far as anybody may know. */
export function nameOf({ nickname, hasAccount }: PersonFile): string {
  return `${nickname ?? 'Erased'} (${hasAccount ? 'account' : 'guest'})`;
}

const DEEDS: Readonly<Record<string, string>> = {
  granted: 'Made a moderator',
  revoked: 'No moderator any more',
  'evidence-read': 'Read a report',
  dismissed: 'Dismissed a report',
  warned: 'Warned',
  suspended: 'Suspended',
  banned: 'Banned',
  'appeal-read': 'Read an appeal',
  'appeal-granted': 'Granted an appeal',
  'appeal-rejected': 'Rejected an appeal',
};

export function deedText({ deed }: Pick<AuditEntry, 'deed'>): string {
  return DEEDS[deed] ?? deed;
}

/** The first letters are enough to tell one from the other. */
export function shortId(id: string): string {
  return id.length > 10 ? `${id.slice(0, 8)}…` : id;
}

/** Why something was not done, for who moderates. */
export function deskProblemText(problem: Problem): string {
  const own = {
    conflict: problem.message === '' ? 'Somebody else has decided this.' : problem.message,
    unavailable: 'That did not get through: too much is going on at this moment. What you typed is still here; press again.',
    gone: 'That is decided already.',
    not_found: 'That is not there any more.',
    unauthorized: 'You are signed out. Sign in by mail again, then come back.',
    forbidden: problem.message === '' ? 'That is not yours to do.' : problem.message,
  };
  return problemTextWith(own, problem);
}
