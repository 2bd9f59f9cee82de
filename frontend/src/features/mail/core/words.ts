import { problemTextWith, type Problem } from '@/lib/core/problem';
import { codePoints } from '@/lib/core/text';

/** Why no link could be asked for. */
export function askText(problem: Problem): string {
  const odd = 'Mail cannot go to that address. Look it over and try again.';
  return problemTextWith({ invalid_request: odd, unauthorized: 'That did not work. Try again.' }, problem);
}

/** Why a code opened nothing. */
export function codeText(problem: Problem): string {
  const wrong = 'That code does not fit. Look at it again, or have a new link sent.';
  return problemTextWith({ unauthorized: wrong, invalid_request: wrong, gone: wrong, not_found: wrong }, problem);
}

/** In two groups, as a person reads it over to another device. */
export function grouped(code: string): readonly string[] {
  const half = Math.ceil(code.length / 2);
  return code.length < 6 ? [code] : [code.slice(0, half), code.slice(half)];
}

/** One letter after the other, for who hears it. */
export function spelled(code: string): string {
  return codePoints(code).join(', ');
}

/** The rest of a wait in whole seconds. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}
