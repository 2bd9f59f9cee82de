import type { ReactNode } from 'react';

import { TERMS_VERSION } from './core/version';

import { Wordmark } from '@/components/ui/wordmark';

export interface TextPageProps {
  readonly title: string;
  /** What it comes to, in one sentence. */
  readonly short: string;
  readonly children: ReactNode;
}

/** A page to read. */
export function TextPage({ title, short, children }: TextPageProps) {
  return (
    <div className="page">
      <header className="legal-header">
        <a href="/" className="legal-home">
          <Wordmark />
        </a>
        <nav aria-label="Legal">
          <a href="/terms">Terms</a>
          <a href="/privacy">Privacy</a>
        </nav>
      </header>
      <main tabIndex={-1} className="legal">
        <h1>{title}</h1>
        <p className="legal-short">{short}</p>
        {children}
        <p className="legal-version">Version {TERMS_VERSION}. When what stands here changes, you are asked again before your next call.</p>
      </main>
    </div>
  );
}
