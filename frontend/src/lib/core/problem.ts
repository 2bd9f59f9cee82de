import { spanOf } from '@/lib/core/span-text';
import type { Error as WireError } from '@/protocol/messages';

const CODES = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'gone',
  'too_large',
  'rate_limited',
  'banned',
  'not_in_session',
  'already_in_queue',
  'unavailable',
  'internal',
  // Ours: no answer came at all.
  'offline',
] as const;

/** The contract's stable codes. */
export type ErrorCode = (typeof CODES)[number];

/** Something that went wrong, as a person is told about it. */
export interface Problem {
  readonly code: ErrorCode;
  /** The server's own words. */
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** By which what failed on our side is found in our logs. */
  readonly reference?: string;
}

/** Whether the server failed, rather than refused. */
export function isOurFault(code: ErrorCode): boolean {
  return code === 'internal' || code === 'unavailable';
}

/** A code that this page does not know is treated as the server's own trouble. */
export function errorCode(code: string): ErrorCode {
  return CODES.find((known) => known === code) ?? 'internal';
}

export function wireProblem({ code, message, retryAfterSeconds }: WireError, reference: string): Problem {
  const known = errorCode(code);
  return {
    code: known,
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(isOurFault(known) && { reference }),
  };
}

/** One kind sentence with what to do next. The server's words serve where ours would be vaguer. */
export function problemText(problem: Problem): string {
  const { code, message, retryAfterSeconds, reference } = problem;
  switch (code) {
    case 'offline':
      return 'Speed Connect cannot be reached. Check your connection and try again.';
    case 'rate_limited':
      return `That was a little too quick. Try again ${soon(retryAfterSeconds)}.`;
    case 'unavailable':
    case 'internal':
      return `Speed Connect has a problem on its side. Try again ${soon(retryAfterSeconds)}.${referred(reference)}`;
    case 'banned':
      return bannedText(problem);
    case 'unauthorized':
      return 'Your visit has expired. Press Start to come in again.';
    case 'not_in_session':
    case 'gone':
    case 'not_found':
      return 'That call is already over.';
    case 'too_large':
      return 'That is too long to send.';
    case 'invalid_request':
    case 'forbidden':
    case 'conflict':
    case 'already_in_queue':
      return message === '' ? 'That did not work. Try again.' : message;
    default:
      return code satisfies never;
  }
}

/** The same, where some codes mean something of their own. */
export function problemTextWith(own: Readonly<Partial<Record<ErrorCode, string>>>, problem: Problem): string {
  return own[problem.code] ?? problemText(problem);
}

function referred(reference: string | undefined): string {
  return reference === undefined ? '' : ` Should it stay so, tell us this reference: ${reference}`;
}

function soon(seconds: number | undefined): string {
  return seconds === undefined ? 'in a moment' : `in ${spanOf(seconds)}`;
}

function bannedText({ message, retryAfterSeconds }: Problem): string {
  if (retryAfterSeconds !== undefined) return `You cannot meet people for another ${spanOf(retryAfterSeconds)}.`;
  return message === '' ? 'You cannot join at the moment.' : message;
}
