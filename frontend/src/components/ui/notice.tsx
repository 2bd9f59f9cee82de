import type { ReactNode } from 'react';

import { AlertIcon } from './icons';

import { problemText, type Problem } from '@/lib/core/problem';
import { spanOf } from '@/lib/core/span-text';
import { useWait } from '@/lib/use-wait';

/** Something went wrong or is in the way; read out at once. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="notice" role="alert">
      <AlertIcon />
      <div>{children}</div>
    </div>
  );
}

export interface ProblemNoticeProps {
  readonly problem: Problem;
  /** In the words of the place. */
  readonly text?: (problem: Problem) => string;
  readonly children?: ReactNode;
}

/** What went wrong and what to do next. Where that is to wait, the time that is left is shown, and then that it is over. */
export function ProblemNotice({ problem, text = problemText, children }: ProblemNoticeProps) {
  const left = useWait(problem);
  const waits = problem.code === 'rate_limited' && problem.retryAfterSeconds !== undefined;
  return (
    <div className="notice">
      <AlertIcon />
      <div>
        <div role="alert">{text(problem)}</div>
        {waits && (
          <p className="notice-wait">
            <span aria-hidden="true">{left > 0 && `${spanOf(left)} left`}</span>
            <span role="status">{left === 0 && 'You can try again now.'}</span>
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
