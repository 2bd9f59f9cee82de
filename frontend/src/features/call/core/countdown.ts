/** From 1 at the start to 0 at the end. */
export function fractionLeft(leftMs: number, wholeMs: number): number {
  if (wholeMs <= 0) return 0;
  return Math.min(1, Math.max(0, leftMs / wholeMs));
}

/** A person who does not see the ring hears of it at these seconds, no more. */
const ANNOUNCED_S = [60, 30, 10] as const;

/** The last mark that was passed, in words that change only there; nothing before the first. */
export function announcement(leftMs: number): string {
  const passed = ANNOUNCED_S.findLast((seconds) => leftMs <= seconds * 1000);
  if (passed === undefined || leftMs <= 0) return '';
  return passed === 60 ? 'One minute left' : `${passed} seconds left`;
}

const HOUR_S = 3600;

/** A span in words: "4 minutes 12 seconds". */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const hours = Math.floor(seconds / HOUR_S);
  const minutes = unit(Math.floor((seconds % HOUR_S) / 60), 'minute');
  const parts = hours > 0 ? [unit(hours, 'hour'), minutes] : [minutes, unit(seconds % 60, 'second')];
  return parts.every((part) => part === '') ? 'less than a second' : parts.filter((part) => part !== '').join(' ');
}

function unit(count: number, name: string): string {
  if (count === 0) return '';
  return count === 1 ? `1 ${name}` : `${count} ${name}s`;
}
