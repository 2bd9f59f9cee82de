import { isOurFault, type ErrorCode, type Problem } from '@/lib/core/problem';
import type { RoomsApi } from '@/lib/ports-rooms';
import type { ModerationApi, SafetyApi } from '@/lib/ports-safety';
import type {
  CallEntry,
  FoundUser,
  FriendAction,
  FriendRequestRequest,
  FriendsAnswer,
  ProfileAnswer,
  ProfileRequest,
  SubscribeRequest,
} from '@/protocol/messages';

/** The page's only source of time. Tests turn the hands themselves. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Runs once after `ms`; the answer calls it off. */
  readonly after: (ms: number, run: () => void) => Cancel;
}

export type Cancel = () => void;

/** From 0 to below 1. */
export type Chance = () => number;

/** Somebody as the server knows them: a guest, who is a tab, or an account, which is every tab of this browser. */
export interface Identity {
  readonly userId: string;
  /** Empty while it is not known. */
  readonly nickname: string;
  readonly accessToken: string;
  /** Unix milliseconds, by our clock. */
  readonly expiresAtMs: number;
  /** Signed in by mail: the browser's cookie renews it. */
  readonly account?: true;
  /** As the server was told last; absent where nobody has said anything. */
  readonly hideIp?: boolean;
  /** To which version of the terms they have agreed, as far as this page knows. */
  readonly agreed?: number;
}

export interface LoginWish {
  readonly nickname?: string;
  readonly tags: readonly string[];
  readonly language?: string;
}

export interface LinkWish extends LoginWish {
  readonly email: string;
}

export interface Ticket {
  readonly ticket: string;
  readonly url: string;
}

/** What a link opens: the account, or in a browser that did not ask, a code for the one that did. */
export type Opened =
  | { readonly kind: 'in'; readonly identity: Identity }
  | { readonly kind: 'elsewhere'; readonly code: string };

/** The REST side. Every refusal is an `ApiError`. */
export interface Api extends SafetyApi, ModerationApi, RoomsApi {
  readonly login: (wish: LoginWish) => Promise<Identity>;
  /** Renews a guest. */
  readonly refresh: (guest: Identity, limitMs: number) => Promise<Identity>;
  /** Renews whatever account this browser is signed in to; an answer later than `limitMs` counts as none. */
  readonly refreshAccount: (limitMs: number) => Promise<Identity>;
  readonly ticket: (accessToken: string) => Promise<Ticket>;
  /** The answer is the same for every address. The token is that of a guest who wants to stay who they are. */
  readonly askForLink: (wish: LinkWish, guestToken?: string) => Promise<void>;
  readonly openLink: (token: string) => Promise<Opened>;
  readonly signInByCode: (email: string, code: string) => Promise<Identity>;
  readonly profile: (accessToken: string) => Promise<ProfileAnswer>;
  /** Absent fields stay as they are. */
  readonly saveProfile: (accessToken: string, change: ProfileRequest) => Promise<ProfileAnswer>;
  /** All that is kept about somebody, as JSON text. */
  readonly exportData: (accessToken: string) => Promise<string>;
  readonly erase: (accessToken: string) => Promise<void>;
  readonly logOut: (identity: Identity, everywhere: boolean) => Promise<void>;
  readonly friends: (accessToken: string) => Promise<FriendsAnswer>;
  /** The newest first. */
  readonly calls: (accessToken: string) => Promise<readonly CallEntry[]>;
  /** The answer is the same whatever becomes of it. */
  readonly askFriend: (accessToken: string, whom: FriendRequestRequest) => Promise<void>;
  readonly answerFriend: (accessToken: string, requestId: string, action: FriendAction) => Promise<void>;
  /** Ends a friendship by the friend's id, or takes a request back by its own. */
  readonly partFriend: (accessToken: string, id: string) => Promise<void>;
  readonly findPeople: (accessToken: string, text: string) => Promise<readonly FoundUser[]>;
  /** By which browsers know our server, base64url. */
  readonly pushKey: (accessToken: string) => Promise<string>;
  readonly subscribePush: (accessToken: string, subscription: SubscribeRequest) => Promise<void>;
  readonly unsubscribePush: (accessToken: string, endpoint: string) => Promise<void>;
}

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
  /** By which the request is found in the server's logs. */
  readonly reference: string | undefined;

  constructor(code: ErrorCode, message: string, retryAfterSeconds?: number, reference?: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.reference = reference;
  }
}

/** What went wrong, as machines keep it. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ApiError)) return { code: 'internal', message: '' };
  const { code, message, retryAfterSeconds, reference } = error;
  return {
    code,
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(isOurFault(code) && reference !== undefined && { reference }),
  };
}

export interface SocketHandlers {
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  /** Once, for whatever cause; nothing comes after it. */
  readonly onClose: () => void;
}

export interface Socket {
  readonly send: (text: string) => void;
  readonly close: () => void;
}

export type OpenSocket = (url: string, protocols: readonly string[], handlers: SocketHandlers) => Socket;

/** Small values that outlive a reload. A page that may not store anything simply forgets. */
export interface Drawer<Value> {
  readonly load: () => Value | undefined;
  readonly save: (value: Value) => void;
  readonly clear: () => void;
}

/** That this browser is signed in by mail; nothing in it lets anybody in. */
export interface AccountNote {
  readonly userId: string;
  /** When it was signed in, Unix milliseconds. */
  readonly atMs: number;
}

/** The note all tabs of a browser share. */
export interface AccountMark extends Drawer<AccountNote> {
  /** Tells of what other tabs have noted, or that they took the note away. */
  readonly watch: (listener: (note: AccountNote | undefined) => void) => void;
}

/** What the tabs of this browser show each other about an account. */
export interface TabSign {
  /** It holds in this tab for the account, or for none. */
  readonly show: (userId: string | undefined) => void;
  /** Whether it holds in another tab. */
  readonly elsewhere: (userId: string) => Promise<boolean>;
}

export type Tone = 'ring' | 'ring-back';

/** Plays a tone again and again until the answer is called; a browser that allows no sound stays silent. */
export type PlayTone = (tone: Tone) => Cancel;

/** Runs work that no other tab of this browser may do at the same time. */
export type Exclusively = <Result>(work: () => Promise<Result>) => Promise<Result>;
