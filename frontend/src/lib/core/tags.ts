import { codePoints, lengthOf } from './text';

export const TAGS_MAX = 10;
export const TAG_LENGTH_MAX = 30;
export const NICKNAME_LENGTH_MAX = 40;

/** Why a typed tag was not taken. */
export type TagProblem = 'empty' | 'too-long' | 'twice' | 'too-many';

export type TagResult =
  | { readonly kind: 'added'; readonly tags: readonly string[] }
  | { readonly kind: 'refused'; readonly problem: TagProblem };

/** The contract's form: NFKC, lower case, trimmed, white space folded. Lower case can decompose (`İ`), so compose twice. */
export function normaliseTag(typed: string): string {
  return folded(folded(typed).toLowerCase());
}

export function addTag(tags: readonly string[], typed: string): TagResult {
  const tag = normaliseTag(typed);
  if (tag === '') return { kind: 'refused', problem: 'empty' };
  if (lengthOf(tag) > TAG_LENGTH_MAX) return { kind: 'refused', problem: 'too-long' };
  if (tags.includes(tag)) return { kind: 'refused', problem: 'twice' };
  if (tags.length >= TAGS_MAX) return { kind: 'refused', problem: 'too-many' };
  return { kind: 'added', tags: [...tags, tag] };
}

/** The nickname as it goes over the wire, or nothing when there is none. */
export function cleanNickname(typed: string): string | undefined {
  const name = codePoints(folded(typed)).slice(0, NICKNAME_LENGTH_MAX).join('');
  return name === '' ? undefined : name;
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/gu, ' ');
}
