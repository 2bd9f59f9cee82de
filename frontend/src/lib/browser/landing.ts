/** Where the page was opened: at its start, or by a link from a mail. */
export type Landing = { readonly kind: 'start' } | { readonly kind: 'link'; readonly token?: string };

const LINK_PATH = '/sign-in';

/** Reads a link's token and takes it out of the address bar and the history at once. */
export function takeLanding(): Landing {
  if (location.pathname.replace(/\/$/u, '') !== LINK_PATH) return { kind: 'start' };
  const token = location.hash.slice(1);
  history.replaceState(null, '', LINK_PATH);
  return token === '' ? { kind: 'link' } : { kind: 'link', token };
}

/** The address of the start, without a new entry in the history. */
export function goHome(): void {
  if (location.pathname !== '/') history.replaceState(null, '', '/');
}
