/** Two arcs that close to one ring: two people, one short meeting. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" fill="none" strokeWidth="4.5" strokeLinecap="round" aria-hidden="true">
      <path className="wordmark-mine" d="M16 4.500a11.500 11.500 0 0 0-8.100 19.600" />
      <path className="wordmark-theirs" d="M16 27.500a11.500 11.500 0 0 0 8.100-19.600" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <Mark />
      Speed Connect
    </span>
  );
}
