import { useEffect, useState } from 'react';

import { safetyWords } from '@/lib/browser/safety-words';
import type { Connected } from '@/lib/core/safety-words';

/** The words of a connection; nothing while they are reckoned, which takes a moment. They are kept nowhere else. */
export function useSafetyWords({ place, own, peer }: Connected): readonly string[] | undefined {
  const of = `${place} ${own} ${peer}`;
  const [known, setKnown] = useState<{ readonly of: string; readonly words: readonly string[] }>();
  useEffect(() => {
    let wanted = true;
    void safetyWords({ place, own, peer }).then((words) => {
      if (wanted) setKnown({ of: `${place} ${own} ${peer}`, words });
    });
    return () => {
      wanted = false;
    };
  }, [place, own, peer]);
  return known?.of === of ? known.words : undefined;
}
