import { lengthOf } from '@/lib/core/text';

/** The contract's limit, in code points. */
const MESSAGE_LENGTH_MAX = 2000;

/** Whether what was typed is short enough; it is sent trimmed. */
export function fitsMessage(typed: string): boolean {
  return lengthOf(typed.trim()) <= MESSAGE_LENGTH_MAX;
}
