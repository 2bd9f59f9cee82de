import type { Signal } from '@/lib/core/signal';
import type { RoleName } from '@/protocol/messages';

const NOTHING = ['v=0', 'o=- 0 0 IN IP4 0.0.0.0', 's=-', 't=0 0', ''].join('\r\n');

/**
 * What a page says to whom it refuses because the certificate was not the announced one: a description that takes nothing,
 * neither media nor a certificate. So both know why they part. Who is in between may swallow it, and gains nothing by that.
 */
export function refusalBy(role: RoleName): Signal {
  const kind = role === 'offerer' ? 'offer' : 'answer';
  return { kind, description: { type: kind, sdp: NOTHING } };
}

export function isRefusal(signal: Signal): boolean {
  return signal.kind !== 'candidate' && !/^(?:m=|a=fingerprint:)/imu.test(signal.description.sdp);
}
