import type { Permission, Support } from '@/features/push/machine';
import type { PushBrowser } from '@/features/push/push';

/** A browser's pushes in memory; all its tabs share them. */
export interface FakePush extends PushBrowser {
  support: Support;
  permission: Permission;
  /** What a person answers when the browser asks. */
  answer: Permission;
  /** The browser's push service cannot be reached. */
  broken: boolean;
  /** The address of the present subscription. */
  endpoint: string | undefined;
  /** The browser takes another address for it. */
  readonly move: () => void;
}

export function createFakePush(): FakePush {
  const listeners = new Set<() => void>();
  let counter = 0;
  const fresh = (): string => `https://push.test/${++counter}`;
  const fake: FakePush = {
    support: 'yes',
    permission: 'default',
    answer: 'granted',
    broken: false,
    endpoint: undefined,
    move: () => {
      fake.endpoint = fresh();
      for (const listener of listeners) listener();
    },
    ground: () => ({ support: fake.support, permission: fake.permission }),
    ask: () => {
      if (fake.permission === 'default') fake.permission = fake.answer;
      return Promise.resolve(fake.permission);
    },
    subscribe: () => {
      if (fake.broken) return Promise.reject(new DOMException('', 'AbortError'));
      fake.endpoint ??= fresh();
      return Promise.resolve({ endpoint: fake.endpoint, keys: { p256dh: 'p256dh', auth: 'auth' } });
    },
    unsubscribe: () => {
      const { endpoint } = fake;
      fake.endpoint = undefined;
      return Promise.resolve(endpoint);
    },
    onChange: (listener) => void listeners.add(listener),
    putAway: () => undefined,
  };
  return fake;
}
