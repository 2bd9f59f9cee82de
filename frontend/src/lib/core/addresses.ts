import type { Signal } from '@/lib/core/signal';

/**
 * What of a signal may pass where one of the two hides their network address: relayed candidates alone, and no address
 * besides the relay's (RFC 8839, section 5.1). Nothing for a candidate that may not pass. The server does the same; the
 * page relies on nobody else for it.
 */
export function relayedOnly(signal: Signal): Signal | undefined {
  if (signal.kind !== 'candidate') {
    const { description } = signal;
    return { ...signal, description: { ...description, sdp: withoutAddresses(description.sdp) } };
  }
  const { candidate } = signal.candidate;
  if (candidate === '') return signal;
  const relayed = relayedCandidate(candidate);
  return relayed === undefined ? undefined : { ...signal, candidate: { ...signal.candidate, candidate: relayed } };
}

/** Without candidates that are not relayed, and without the addresses of its lines `c=`, `o=` and `a=rtcp:`. */
function withoutAddresses(sdp: string): string {
  const lines = sdp.split(/\r\n|\r|\n/u).filter((line) => line !== '');
  return lines.flatMap((line) => hidden(line).map((kept) => `${kept}\r\n`)).join('');
}

/** What stands instead of a line, which may be nothing. Names of lines are told from their case as ICE tells them: not at all. */
function hidden(line: string): readonly string[] {
  const name = line.toLowerCase();
  if (name.startsWith('a=candidate:')) {
    const relayed = relayedCandidate(line.slice('a='.length));
    return relayed === undefined ? [] : [`a=${relayed}`];
  }
  if (name.startsWith('a=remote-candidates:')) return [];
  if (name.startsWith('c=')) return ['c=IN IP4 0.0.0.0'];
  if (name.startsWith('a=rtcp:')) return ['a=rtcp:9 IN IP4 0.0.0.0'];
  if (!name.startsWith('o=')) return [line];
  const parts = line.slice('o='.length).split(' ');
  const [, id = '0', version = '0'] = parts.length === 6 ? parts : [];
  return [`o=- ${id} ${version} IN IP4 0.0.0.0`];
}

/** What a relayed candidate may say besides: an extension could say anything. */
const KEPT = ['generation', 'ufrag', 'network-cost'] as const;

/** A relayed candidate without the address that the relay sees (`raddr`); nothing for any other. */
function relayedCandidate(candidate: string): string | undefined {
  const [foundation, component, transport, priority, address, port, typ, type, ...rest] = candidate.trim().split(/\s+/u);
  if (port === undefined || typ !== 'typ' || type !== 'relay') return undefined;
  const kept = KEPT.flatMap((name) => {
    const at = rest.findIndex((word, index) => index % 2 === 0 && word === name);
    const value = at < 0 ? undefined : rest[at + 1];
    return value === undefined ? [] : [name, value];
  });
  const told = [foundation, component, transport, priority, address, port, 'typ', 'relay', 'raddr', '0.0.0.0', 'rport', '0'];
  return [...told, ...kept].join(' ');
}
