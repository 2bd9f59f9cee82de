/** How long, rounded to what a person would say: "1 second", "2 minutes", "3 hours", "7 days". */
export function spanOf(seconds: number): string {
  if (seconds < 100) return counted(Math.ceil(seconds), 'second');
  if (seconds < 100 * 60) return counted(Math.ceil(seconds / 60), 'minute');
  if (seconds < 48 * 3600) return counted(Math.ceil(seconds / 3600), 'hour');
  return counted(Math.ceil(seconds / 86_400), 'day');
}

function counted(n: number, unit: string): string {
  return n === 1 ? `1 ${unit}` : `${n} ${unit}s`;
}
