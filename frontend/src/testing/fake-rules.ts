import type { Queue } from '@/protocol/messages';

/** How a test's server behaves; every field may be changed while it runs. */
export interface FakeRules {
  sessionMs: number;
  signaling: 'relay' | 'kvs';
  iceTransportPolicy: 'all' | 'relay';
  /** What a waiting person is told. */
  queue: (wish: Wish) => Queue;
  /** Nobody is paired; people wait until `pair` is called. */
  lonely: boolean;
  commonTags: string[];
  /** Everybody has agreed to the terms, accounts above all: no test is about them but those that say so. */
  agreed: boolean;
  /** How long after its end a call's two may ask for each other. */
  rematchMs: number;
}

export interface Wish {
  readonly tags: readonly string[];
  readonly mode: string;
}

/** What most tests want. */
export function usualRules(): FakeRules {
  return {
    sessionMs: 300_000,
    signaling: 'relay',
    iceTransportPolicy: 'all',
    queue: ({ tags }) => ({ tags: tags.map((tag) => ({ tag, waiting: 1 })), waiting: 1, position: 1 }),
    lonely: false,
    commonTags: ['music'],
    agreed: true,
    rematchMs: 120_000,
  };
}
