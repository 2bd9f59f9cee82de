/** What is left, as a clock shows it: minutes and seconds, hours over one; rounded up so that 0:00 means over. */
export function clockText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const [hours, minutes] = seconds > HOUR_S ? [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / 60)] : [0, Math.floor(seconds / 60)];
  const shortly = `${hours > 0 ? twoDigits(minutes) : minutes}:${twoDigits(seconds % 60)}`;
  return hours > 0 ? `${hours}:${shortly}` : shortly;
}

const HOUR_S = 3600;

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
