import type { Parting } from '@/features/sign-in/machine';

/** What the page tells somebody in one sentence, and what they may do about it. */
export type News =
  | { readonly what: 'signed-in' | Parting }
  /** A friend has rung; `gone` when it was about to be answered. */
  | { readonly what: 'missed' | 'gone'; readonly userId: string; readonly nickname: string }
  | { readonly what: 'asks' | 'befriended'; readonly nickname: string };
