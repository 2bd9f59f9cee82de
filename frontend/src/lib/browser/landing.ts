/** Where the page was opened: at its start, by a link from a mail, or at a page of its own. */
export type Landing = { readonly kind: 'start' | Place } | { readonly kind: 'link'; readonly token?: string };

type Place = 'terms' | 'privacy' | 'moderation';

const LINK_PATH = '/sign-in';
const PLACES: Readonly<Record<string, Place>> = { '/terms': 'terms', '/privacy': 'privacy', '/moderation': 'moderation' };

/** Reads a link's token and takes it out of the address bar and the history at once. */
export function takeLanding(): Landing {
  const path = location.pathname.replace(/\/$/u, '');
  if (path !== LINK_PATH) return { kind: PLACES[path] ?? 'start' };
  const token = location.hash.slice(1);
  history.replaceState(null, '', LINK_PATH);
  return token === '' ? { kind: 'link' } : { kind: 'link', token };
}

/** The address of the start, without a new entry in the history. */
export function goHome(): void {
  if (location.pathname !== '/') history.replaceState(null, '', '/');
}
