/** The call that a frame is about; what concerns a room is about none. */
export function sessionOf(data: object): string | undefined {
  return 'sessionId' in data && typeof data.sessionId === 'string' ? data.sessionId : undefined;
}
