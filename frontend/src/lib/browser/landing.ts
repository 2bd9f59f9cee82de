/** Where the page was opened: at its start, by a link from a mail or to a room, or at a page of its own. */
export type Landing =
  | { readonly kind: 'start' | Place }
  | { readonly kind: 'link'; readonly token?: string }
  | { readonly kind: 'room'; readonly roomId: string };

type Place = 'terms' | 'privacy' | 'moderation';

const LINK_PATH = '/sign-in';
const ROOM_PATH = '/room/';
const PLACES: Readonly<Record<string, Place>> = { '/terms': 'terms', '/privacy': 'privacy', '/moderation': 'moderation' };

/** Reads a link's token and takes it out of the address bar and the history at once. */
export function takeLanding(): Landing {
  const path = location.pathname.replace(/\/$/u, '');
  const roomId = path.startsWith(ROOM_PATH) ? path.slice(ROOM_PATH.length) : '';
  if (roomId !== '') return { kind: 'room', roomId: decoded(roomId) };
  if (path !== LINK_PATH) return { kind: PLACES[path] ?? 'start' };
  const token = location.hash.slice(1);
  history.replaceState(null, '', LINK_PATH);
  return token === '' ? { kind: 'link' } : { kind: 'link', token };
}

/** A link that was cut in the middle of a sign is no room's, and the server says so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a room, so that a reload comes back to it. */
export function goToRoom(roomId: string): void {
  const path = `${ROOM_PATH}${encodeURIComponent(roomId)}`;
  if (location.pathname !== path) history.replaceState(null, '', path);
}

/** The address of the start, without a new entry in the history. */
export function goHome(): void {
  if (location.pathname !== '/') history.replaceState(null, '', '/');
}
