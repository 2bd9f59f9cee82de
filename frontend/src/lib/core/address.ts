/** Whether it can be an address at all; what it is worth the mail will show. */
export function isAddress(typed: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(typed.trim());
}
