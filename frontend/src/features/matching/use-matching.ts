import { seekingText, waitText } from './core/wait-text';
import type { Matching } from './matching';

import { useRunner } from '@/lib/use-runner';

/** What the waiting room shows. */
export function useMatching(matching: Matching) {
  const { phase, wish, numbers, waitingSinceMs, problem } = useRunner(matching);
  return {
    phase,
    tags: wish.tags.map((tag) => ({ tag, waiting: numbers?.tags.find((counted) => counted.tag === tag)?.waiting })),
    seeking: seekingText(wish.tags),
    wait: waitText(numbers),
    waitingSinceMs,
    problem,
  };
}
