const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** "Today, 14:05", "Yesterday, 14:05", "12 May, 14:05". */
export function whenText(atMs: number, nowMs: number): string {
  return `${dayText(atMs, nowMs)}, ${TIME.format(atMs)}`;
}

export function dayText(atMs: number, nowMs: number): string {
  const days = daysBetween(nowMs, atMs);
  if (days === 0) return 'Today';
  if (days === -1) return 'Yesterday';
  return inYear(atMs, nowMs).format(atMs);
}

/** The same inside a sentence: "today, 14:05", but "12 May, 14:05". */
export function inSentence(when: string): string {
  return when.replace(/^(Today|Yesterday)/u, (day) => day.toLowerCase());
}

/** Inside a sentence: "today at 14:05", "tomorrow at 14:05", "12 May at 14:05". */
export function untilText(atMs: number, nowMs: number): string {
  const days = daysBetween(nowMs, atMs);
  const day = days === 0 ? 'today' : days === 1 ? 'tomorrow' : inYear(atMs, nowMs).format(atMs);
  // A date is not broken apart.
  return `${day.replaceAll(' ', '\u00A0')} at\u00A0${TIME.format(atMs)}`;
}

function inYear(atMs: number, nowMs: number): Intl.DateTimeFormat {
  return new Date(atMs).getFullYear() === new Date(nowMs).getFullYear() ? DAY : DAY_AND_YEAR;
}

/** How many midnights lie between, by the clock on the wall. */
function daysBetween(fromMs: number, toMs: number): number {
  const midnight = (ms: number): number => new Date(ms).setHours(12, 0, 0, 0);
  return Math.round((midnight(toMs) - midnight(fromMs)) / 86_400_000);
}
