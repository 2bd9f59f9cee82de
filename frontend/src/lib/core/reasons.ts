import type { ReasonName } from '@/protocol/messages';

/** What somebody may be reported for, the gravest first, and how a person would say it. */
export const REASONS: readonly { readonly reason: ReasonName; readonly label: string; readonly hint: string }[] = [
  { reason: 'underage', label: 'Underage', hint: 'Looks or says they are under 18' },
  { reason: 'nudity', label: 'Nudity', hint: 'Shows or asks for sexual things' },
  { reason: 'violence', label: 'Violence', hint: 'Threats, weapons, self-harm' },
  { reason: 'harassment', label: 'Harassment', hint: 'Insults, hate, pressure' },
  { reason: 'inappropriate_content', label: 'Inappropriate content', hint: 'Shows what does not belong here' },
  { reason: 'spam', label: 'Spam', hint: 'Advertises, cheats, or is a bot' },
  { reason: 'other', label: 'Something else', hint: 'Say a few words about it above' },
];

/** A reason that this page does not know is some other one. */
export function reasonText(reason: string): string {
  return REASONS.find((known) => known.reason === reason)?.label ?? 'Something else';
}
