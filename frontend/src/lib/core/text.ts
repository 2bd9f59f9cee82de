/** The text's code points, which is what the contract's limits count. */
export function codePoints(text: string): readonly string[] {
  return Array.from(text);
}

export function lengthOf(text: string): number {
  return codePoints(text).length;
}
