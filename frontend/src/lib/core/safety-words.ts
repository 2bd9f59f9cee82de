/** What two pages hold of one connection: whose it is, and both certificates as each of them knows them. */
export interface Connected {
  /** The id of the session or the room, so that the words of one are never those of another. */
  readonly place: string;
  readonly own: string;
  readonly peer: string;
}

/**
 * What is stretched into the words: the same on both sides, in whichever order and case they know the fingerprints.
 */
export function secretOf({ own, peer }: Connected): string {
  return [own, peer]
    .map((sha256) => sha256.toUpperCase())
    .toSorted()
    .join(' ');
}

export function saltOf({ place }: Connected): string {
  return `speed-connect safety words 1 ${place}`;
}
