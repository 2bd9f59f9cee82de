import type { ReactNode } from 'react';

export interface RingProps {
  /** From 0, empty, to 1, closed. */
  readonly fraction: number;
  readonly tone?: 'calm' | 'soon';
  readonly children?: ReactNode;
}

/** A ring that empties; what it means is said by what stands in it. */
export function Ring({ fraction, tone = 'calm', children }: RingProps) {
  return (
    <div className={`dial dial-${tone}`}>
      <svg viewBox="0 0 100 100" fill="none" aria-hidden="true">
        <circle className="dial-track" cx="50" cy="50" r="44" />
        <circle className="dial-fill" cx="50" cy="50" r="44" pathLength="1" strokeDasharray="1 1" strokeDashoffset={1 - fraction} />
      </svg>
      {children}
    </div>
  );
}

/** Two dots on one track, on their way to each other. */
export function SeekingRing({ children }: { readonly children?: ReactNode }) {
  return (
    <div className="seeking">
      <svg viewBox="0 0 100 100" fill="none" aria-hidden="true">
        <circle className="seeking-track" cx="50" cy="50" r="46" />
        <g className="seeking-mine">
          <path d="M50 4a46 46 0 0 1 39.800 23" />
          <circle cx="89.800" cy="27" r="2.600" />
        </g>
        <g className="seeking-theirs">
          <path d="M50 96a46 46 0 0 1-39.800-23" />
          <circle cx="10.200" cy="73" r="2.600" />
        </g>
      </svg>
      {children}
    </div>
  );
}
