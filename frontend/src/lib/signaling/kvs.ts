import { Role } from 'amazon-kinesis-video-streams-webrtc/lib/Role';
import { SignalingClient } from 'amazon-kinesis-video-streams-webrtc/lib/SignalingClient';

import type { Clock } from '@/lib/ports';
import { createBatch } from '@/lib/signaling/batch';
import type { Description, IceCandidate, SignalingGrant } from '@/protocol/messages';

/** KVS measures a payload in base64 and refuses more (quota of the WebRTC developer guide). */
const PAYLOAD_LIMIT = 10_000;
/**
 * What is gathered within this time is one message: KVS takes 20 a second from a socket, and each is paid for, sent and received.
 */
const GATHERING_MS = 60;
/** So many candidates are within the limit of a payload, however long their lines are. */
const CANDIDATES_MAX = 16;

export type KvsGrant = SignalingGrant & { transport: 'kvs' };

export interface KvsHandlers {
  readonly onOpen: () => void;
  readonly onDescription: (description: Description) => void;
  readonly onCandidate: (candidate: IceCandidate) => void;
  /** Once: closed, refused, or not able to carry what it was given. */
  readonly onLost: () => void;
}

export interface KvsChannel {
  readonly sendDescription: (description: Description) => void;
  readonly sendCandidate: (candidate: IceCandidate) => void;
  readonly close: () => void;
}

export type OpenKvs = (grant: KvsGrant, handlers: KvsHandlers) => KvsChannel;

/** Opens the channel with AWS's own client; the URL was presigned by our server, so no credential is here. */
export function openKvsChannel(clock: Clock): OpenKvs {
  return (grant, handlers) => {
    const client = new SignalingClient({
      role: grant.role === 'MASTER' ? Role.MASTER : Role.VIEWER,
      channelARN: grant.channelArn,
      channelEndpoint: grant.channelEndpoint,
      region: grant.region,
      ...(grant.role === 'VIEWER' && grant.clientId !== undefined && { clientId: grant.clientId }),
      requestSigner: { getSignedURL: () => Promise.resolve(grant.url) },
    });
    let lost = false;
    const lose = (): void => {
      if (lost) return;
      lost = true;
      client.removeAllListeners();
      // The client emits after closing; an `error` without a listener would throw.
      client.on('error', () => undefined);
      batch.stop();
      client.close();
      handlers.onLost();
    };
    const batch = createBatch<IceCandidate>(clock, GATHERING_MS, CANDIDATES_MAX, (candidates) => {
      // The client passes on whatever is JSON.
      const message = { candidates } as unknown as RTCIceCandidate;
      attempt(() => client.sendIceCandidate(message, grant.peerClientId), lose);
    });
    listen(client, grant, handlers, lose);
    client.open();
    return {
      sendDescription: (description) => sendDescription(client, grant, description, lose),
      sendCandidate: batch.push,
      close: () => {
        lost = true;
        client.removeAllListeners();
        client.on('error', () => undefined);
        batch.stop();
        client.close();
      },
    };
  };
}

/** The master heeds nobody but the one viewer it was matched with; a viewer hears the master only. */
function listen(client: SignalingClient, grant: KvsGrant, handlers: KvsHandlers, lose: () => void): void {
  const heeded = (sender: unknown): boolean => grant.role === 'VIEWER' || sender === grant.peerClientId;
  client.on('open', handlers.onOpen);
  client.on('close', lose);
  client.on('error', lose);
  client.on('statusResponse', (response: { success?: unknown; statusCode?: unknown }) => {
    if (response.success !== true && response.success !== 'true' && response.statusCode !== '200') lose();
  });
  const described = (description: unknown, sender: unknown): void => {
    if (heeded(sender) && isDescription(description)) handlers.onDescription({ type: description.type, sdp: description.sdp });
  };
  client.on('sdpOffer', described);
  client.on('sdpAnswer', described);
  client.on('iceCandidate', (message: unknown, sender: unknown) => {
    if (heeded(sender)) candidatesOf(message).forEach(handlers.onCandidate);
  });
}

function sendDescription(client: SignalingClient, grant: KvsGrant, description: Description, lose: () => void): void {
  if (JSON.stringify(description).length * (4 / 3) > PAYLOAD_LIMIT) {
    lose();
    return;
  }
  const session = description as RTCSessionDescription;
  const send = (): void =>
    description.type === 'offer'
      ? client.sendSdpOffer(session, grant.peerClientId, 'offer')
      : client.sendSdpAnswer(session, grant.peerClientId, 'answer');
  attempt(send, lose);
}

/** The client throws when its socket went away a moment ago. */
function attempt(send: () => void, lose: () => void): void {
  try {
    send();
  } catch {
    lose();
  }
}

function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('sdp' in value)) return false;
  return (value.type === 'offer' || value.type === 'answer') && typeof value.sdp === 'string';
}

/** The candidates of a message: several together, or one, as any other KVS client sends it. */
export function candidatesOf(message: unknown): readonly IceCandidate[] {
  const several = typeof message === 'object' && message !== null && 'candidates' in message ? message.candidates : [message];
  return Array.isArray(several) ? several.filter(isCandidate) : [];
}

function isCandidate(value: unknown): value is IceCandidate {
  return typeof value === 'object' && value !== null && 'candidate' in value && typeof value.candidate === 'string';
}
