/** What one can react with, and how it is read out. */
export const EMOJI: readonly (readonly [string, string])[] = [
  ['👋', 'wave'],
  ['😂', 'laugh'],
  ['❤️', 'heart'],
  ['👏', 'applause'],
  ['🎉', 'party'],
  ['🤔', 'thinking'],
];
