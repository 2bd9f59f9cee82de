import type { ObjectiveEntry } from '@/protocol/messages';

type Measured = Pick<ObjectiveEntry, 'unit' | 'aim' | 'figure' | 'met'>;

/** What is aimed at: a time that is not to be passed, or a share that is. */
export function aimText({ unit, aim }: Measured): string {
  return `${unit === 'ms' ? 'At most' : 'Above'} ${quantity(unit, aim)}`;
}

export function figureText({ unit, figure }: Measured): string {
  return figure === undefined ? '–' : quantity(unit, figure);
}

export function verdictText({ met }: Measured): string {
  if (met === undefined) return 'Nothing measured yet';
  return met ? 'Met' : 'Missed';
}

/** A share is never rounded up to all. */
function quantity(unit: string, value: number): string {
  if (unit !== 'ms') return `${Math.floor(value / 100) / 100} %`;
  return value < 1000 ? `${value} ms` : `${Math.ceil(value / 100) / 10} s`;
}
