import type { Queue } from '@/protocol/messages';

/** What is known about the wait, in the server's measured numbers; nothing is made up where one is absent. */
export function waitText(numbers: Queue | undefined): string | undefined {
  if (numbers === undefined) return undefined;
  const { waiting, position, estimatedWaitSeconds } = numbers;
  const parts = [
    waiting === undefined ? undefined : waiting <= 1 ? 'You are the first one here' : `${waiting} people waiting`,
    position === undefined || waiting === undefined || waiting <= 1 ? undefined : `you are number ${position}`,
    estimatedWaitSeconds === undefined ? undefined : `about ${spanShort(estimatedWaitSeconds)}`,
  ].filter((part) => part !== undefined);
  // A line breaks between the parts only.
  return parts.length === 0 ? undefined : parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}

function spanShort(seconds: number): string {
  return seconds < 60 ? `${Math.max(1, seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** How somebody is waited for: by interests, or anybody. */
export function seekingText(tags: readonly string[]): string {
  return tags.length === 0 ? 'Looking for anyone…' : 'Looking for someone like you…';
}
