import { problemTextWith, type Problem } from '@/lib/core/problem';
import type { CallEntry } from '@/protocol/messages';

/** Why something about a friend was not done. */
export function friendsProblemText(problem: Problem): string {
  const own = {
    not_found: 'That is not there any more. The list is fresh now.',
    gone: 'That is not there any more. The list is fresh now.',
    unauthorized: 'You are not signed in any more. Close this and come in again.',
    ...(problem.code === 'rate_limited' && problem.message !== '' && { rate_limited: problem.message }),
  };
  return problemTextWith(own, problem);
}

/** What is said after asking; the server tells nobody more. */
export function askedText(nickname: string): string {
  return `Asked. If ${nickname} wants it too, you are friends.`;
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** "Today, 14:05", "Yesterday, 14:05", "12 May, 14:05". */
export function whenText(atMs: number, nowMs: number): string {
  return `${dayText(atMs, nowMs)}, ${TIME.format(atMs)}`;
}

export function dayText(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  if (at.toDateString() === now.toDateString()) return 'Today';
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (at.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return (at.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(at);
}

/** How long, as short as a list wants it: "4 min 12 s", "1 h 5 min". */
export function lastedText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const parts = hours > 0 ? [`${hours} h`, minutes > 0 ? `${minutes} min` : ''] : [minutes > 0 ? `${minutes} min` : '', `${seconds % 60} s`];
  return parts.filter((part) => part !== '').join(' ');
}

/** What kind of call it was, and whether it came about. */
export function kindText({ kind, durationMs }: Pick<CallEntry, 'kind' | 'durationMs'>): string {
  if (kind === 'missed') return 'Missed';
  if (kind === 'unanswered') return 'No answer';
  return lastedText(durationMs);
}
