/** Broad on purpose: the fewer words people choose from, the more of them meet. */
const POPULAR = ['music', 'movies', 'travel', 'cooking', 'gaming', 'books', 'football', 'languages', 'art', 'coding', 'fitness', 'nature'];

const SHOWN_MAX = 4;

/** A few that are not chosen yet, one row of them; none once somebody has chosen a handful. */
export function suggestionsFor(chosen: readonly string[]): readonly string[] {
  if (chosen.length >= SHOWN_MAX) return [];
  return POPULAR.filter((tag) => !chosen.includes(tag)).slice(0, SHOWN_MAX);
}
