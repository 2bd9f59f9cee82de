import { isConsent } from '@/lib/browser/answers-safety';
import { isRecord } from '@/lib/browser/drawer';
import type { CallEntry, FoundUser, FriendEntry, FriendsAnswer, ProfileAnswer, PushKeyAnswer, RequestEntry } from '@/protocol/messages';

/** What the server's answers have to look like before the page believes them. */
export interface Renewed {
  readonly accessToken: string;
  readonly expiresIn: number;
}

export interface LoggedIn extends Renewed {
  readonly deviceId?: unknown;
  readonly user: { readonly userId: string; readonly nickname: string };
}

export function isRenewed(value: unknown): value is Renewed {
  return isRecord(value) && typeof value['accessToken'] === 'string' && typeof value['expiresIn'] === 'number';
}

export function isRenewedAccount(value: unknown): value is Renewed & { readonly userId: string } {
  return isRenewed(value) && 'userId' in value && typeof value.userId === 'string';
}

export function isLoggedIn(value: unknown): value is LoggedIn {
  if (!isRenewed(value) || !('user' in value)) return false;
  const { user } = value;
  return isRecord(user) && typeof user['userId'] === 'string' && typeof user['nickname'] === 'string';
}

export function isElsewhere(value: unknown): value is { readonly code: string } {
  return isRecord(value) && typeof value['code'] === 'string';
}

export function isTicket(value: unknown): value is { readonly ticket: string; readonly url: string } {
  return isRecord(value) && typeof value['ticket'] === 'string' && typeof value['url'] === 'string';
}

export function isProfile(value: unknown): value is ProfileAnswer {
  return (
    isRecord(value) &&
    typeof value['userId'] === 'string' &&
    typeof value['nickname'] === 'string' &&
    isTexts(value['tags']) &&
    isTextOrNone(value['language']) &&
    isTextOrNone(value['email']) &&
    typeof value['hideIp'] === 'boolean' &&
    typeof value['findable'] === 'boolean' &&
    typeof value['moderates'] === 'boolean' &&
    (value['consent'] === undefined || isConsent(value['consent'])) &&
    (value['bannedUntil'] === undefined || typeof value['bannedUntil'] === 'number')
  );
}

export function isFriends(value: unknown): value is FriendsAnswer {
  if (!isRecord(value)) return false;
  const { friends, incoming, outgoing } = value;
  return isListOf(friends, isFriend) && isListOf(incoming, isRequest) && isListOf(outgoing, isRequest);
}

export function isHistory(value: unknown): value is { readonly calls: readonly CallEntry[] } {
  return isRecord(value) && isListOf(value['calls'], isCallEntry);
}

export function isFound(value: unknown): value is { readonly users: readonly FoundUser[] } {
  return isRecord(value) && isListOf(value['users'], isNamed);
}

export function isPushKey(value: unknown): value is PushKeyAnswer {
  return isRecord(value) && typeof value['publicKey'] === 'string';
}

function isFriend(value: unknown): value is FriendEntry {
  return isNamed(value) && 'online' in value && typeof value.online === 'boolean' && 'since' in value && typeof value.since === 'number';
}

function isNamed(value: unknown): value is FoundUser {
  return isRecord(value) && typeof value['userId'] === 'string' && typeof value['nickname'] === 'string';
}

function isRequest(value: unknown): value is RequestEntry {
  return (
    isRecord(value) &&
    typeof value['requestId'] === 'string' &&
    isTextOrNone(value['nickname']) &&
    isTextOrNone(value['email']) &&
    typeof value['createdAt'] === 'number'
  );
}

function isCallEntry(value: unknown): value is CallEntry {
  return (
    isRecord(value) &&
    typeof value['sessionId'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof value['nickname'] === 'string' &&
    isTextOrNone(value['friendId']) &&
    isTexts(value['commonTags']) &&
    typeof value['startedAt'] === 'number' &&
    typeof value['durationMs'] === 'number'
  );
}

function isListOf<Item>(value: unknown, accepts: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(accepts);
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
