import type { Wish } from '@/features/sign-in/machine';
import type { Preferences } from '@/lib/browser/preferences';
import { cleanNickname } from '@/lib/core/tags';
import type { LoginWish } from '@/lib/ports';

/** What a person says of themself when they come in. */
export function loginWishOf({ nickname, tags, language }: Preferences): LoginWish {
  const name = cleanNickname(nickname);
  return { tags, ...(name !== undefined && { nickname: name }), ...(language !== '' && { language }) };
}

/** The same, with what the server is told before they meet anybody. */
export function wishOf(preferences: Preferences): Wish {
  return { ...loginWishOf(preferences), hideIp: preferences.hideIp ?? false };
}

/** Whom they want to meet. */
export function matchWishOf({ tags, language, mode }: Pick<Preferences, 'tags' | 'language' | 'mode'>) {
  return { tags, mode, ...(language !== '' && { language }) };
}
