import { fingerprintOf } from '@/lib/core/fingerprint';
import type { PeerNews } from '@/lib/core/signal';
import { limitCodecs } from '@/lib/rtc/codecs';
import type { Description, IceCandidate, IcePolicy, IceServer } from '@/protocol/messages';

/** What the partner sees and hears of us. */
export interface OwnTracks {
  readonly camera?: MediaStreamTrack;
  readonly microphone?: MediaStreamTrack;
}

export interface PeerSettings {
  readonly iceServers: readonly IceServer[];
  readonly policy: IcePolicy;
  readonly video: boolean;
  /** The same through all connections of one call, so that the partner knows us again; another in the next call. */
  readonly certificate: Promise<RTCCertificate>;
}

export interface PeerHandlers {
  readonly onNews: (news: PeerNews) => void;
  /** The partner's tracks, again whenever one is added. */
  readonly onStream: (stream: MediaStream) => void;
}

/** What a sender of video is told (W3C webrtc, `RTCRtpEncodingParameters`). */
export type Sending = Required<Pick<RTCRtpEncodingParameters, 'maxBitrate' | 'scaleResolutionDownBy' | 'maxFramerate'>>;

/** One peer connection; all that is asked of it happens in the order asked. */
export interface Peer {
  readonly offer: (restart: boolean, number: number) => void;
  readonly answer: (offer: Description) => void;
  readonly accept: (answer: Description) => void;
  readonly candidate: (candidate: IceCandidate) => void;
  readonly configure: (iceServers: readonly IceServer[], policy: IcePolicy) => void;
  readonly setTracks: (tracks: OwnTracks) => void;
  /** How much video is sent at most. */
  readonly limit: (sending: Sending) => void;
  readonly stats: () => Promise<RTCStatsReport | undefined>;
  readonly close: () => void;
}

export type CreatePeer = (settings: PeerSettings, tracks: OwnTracks, handlers: PeerHandlers) => Peer;

export const createBrowserPeer: CreatePeer = (settings, tracks, handlers) => {
  let own = tracks;
  let connection: RTCPeerConnection | undefined;
  let closed = false;
  const inOrder = serializer();
  const ask = (work: (open: RTCPeerConnection) => Promise<void>): void =>
    inOrder(async () => {
      if (connection !== undefined && !closed) await work(connection);
    });

  inOrder(async () => {
    const certificate = await settings.certificate;
    if (closed) return;
    connection = open(settings, certificate, handlers);
    const sha256 = await fingerprintOfCertificate(certificate);
    if (sha256 !== undefined) handlers.onNews({ news: 'certificate', sha256 });
  });

  return {
    offer: (restart, number) => ask((open) => makeOffer(open, settings.video, own, { restart, number }, handlers)),
    answer: (offer) => ask((open) => makeAnswer(open, offer, own, handlers)),
    accept: (answer) => ask((open) => takeAnswer(open, answer, handlers)),
    candidate: (candidate) =>
      ask((open) =>
        open.addIceCandidate(candidate).catch(() => {
          handlers.onNews({ news: 'candidate-refused', signal: { kind: 'candidate', candidate } });
        }),
      ),
    configure: (iceServers, policy) =>
      ask((open) => {
        open.setConfiguration({ ...open.getConfiguration(), iceServers: servers(iceServers), iceTransportPolicy: policy });
        return Promise.resolve();
      }),
    setTracks: (next) => {
      own = next;
      ask((open) => attach(open, own));
    },
    limit: (sending) => ask((open) => limitSending(open, sending)),
    stats: () => (connection === undefined || closed ? Promise.resolve(undefined) : connection.getStats()),
    close: () => {
      closed = true;
      connection?.close();
    },
  };
};

/** A certificate for one call: elliptic curve, because RSA takes a phone long to make. */
export function createCertificate(): Promise<RTCCertificate> {
  const elliptic: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
  return RTCPeerConnection.generateCertificate(elliptic);
}

/** Not every browser tells a certificate's fingerprint, but all put it into an offer, also one that is never used. */
export async function fingerprintOfCertificate(certificate: RTCCertificate): Promise<string | undefined> {
  const draft = new RTCPeerConnection({ certificates: [certificate] });
  try {
    draft.createDataChannel('fingerprint');
    return fingerprintOf((await draft.createOffer()).sdp ?? '');
  } finally {
    draft.close();
  }
}

/** Runs one thing after another. What fails leaves its mark in the missing media, which a timer of the call sees. */
function serializer(): (work: () => Promise<void>) => void {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work).catch(() => undefined);
  };
}

function open(settings: PeerSettings, certificate: RTCCertificate, handlers: PeerHandlers): RTCPeerConnection {
  const connection = new RTCPeerConnection({
    iceServers: servers(settings.iceServers),
    iceTransportPolicy: settings.policy,
    bundlePolicy: 'max-bundle',
    certificates: [certificate],
  });
  listen(connection, handlers);
  return connection;
}

interface Asked {
  readonly restart: boolean;
  readonly number: number;
}

async function makeOffer(connection: RTCPeerConnection, video: boolean, own: OwnTracks, { restart, number }: Asked, handlers: PeerHandlers): Promise<void> {
  addMissing(connection, video);
  await attach(connection, own);
  limitCodecs(connection);
  const iceRestart = restart && connection.localDescription !== null;
  await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
  tell(connection, handlers, number);
}

async function makeAnswer(connection: RTCPeerConnection, offer: Description, own: OwnTracks, handlers: PeerHandlers): Promise<void> {
  await connection.setRemoteDescription(offer);
  await attach(connection, own);
  limitCodecs(connection);
  await connection.setLocalDescription(await connection.createAnswer());
  handlers.onNews({ news: 'remote-set' });
  tell(connection, handlers);
}

async function takeAnswer(connection: RTCPeerConnection, answer: Description, handlers: PeerHandlers): Promise<void> {
  if (connection.signalingState !== 'have-local-offer') return;
  await connection.setRemoteDescription(answer);
  handlers.onNews({ news: 'remote-set' });
}

function listen(connection: RTCPeerConnection, handlers: PeerHandlers): void {
  const stream = new MediaStream();
  connection.addEventListener('track', ({ track }) => {
    for (const old of stream.getTracks()) if (old.kind === track.kind) stream.removeTrack(old);
    stream.addTrack(track);
    handlers.onStream(stream);
  });
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const own = candidate === null ? undefined : useful(candidate);
    if (own !== undefined) handlers.onNews({ news: 'signal', signal: { kind: 'candidate', candidate: own } });
  });
  connection.addEventListener('connectionstatechange', () => {
    const state = connection.connectionState;
    if (state === 'connected' || state === 'disconnected' || state === 'failed') handlers.onNews({ news: state });
  });
}

/** The end of candidates is not sent, nor is an active TCP candidate: two browsers never reach each other by one. */
function useful({ candidate, sdpMid, sdpMLineIndex, usernameFragment, tcpType }: RTCIceCandidate): IceCandidate | undefined {
  if (candidate === '' || tcpType === 'active') return undefined;
  return {
    candidate,
    ...(sdpMid !== null && { sdpMid }),
    ...(sdpMLineIndex !== null && { sdpMLineIndex }),
    ...(usernameFragment !== null && { usernameFragment }),
  };
}

function tell(connection: RTCPeerConnection, handlers: PeerHandlers, offer?: number): void {
  const { localDescription } = connection;
  if (localDescription === null || (localDescription.type !== 'offer' && localDescription.type !== 'answer')) return;
  const { type, sdp } = localDescription;
  handlers.onNews({ news: 'signal', signal: { kind: type, description: { type, sdp } }, ...(offer !== undefined && { offer }) });
}

/** Both directions from the start, also without an own track: a camera may be switched on later. */
function addMissing(connection: RTCPeerConnection, video: boolean): void {
  const kinds = video ? (['audio', 'video'] as const) : (['audio'] as const);
  const there = connection.getTransceivers().map((transceiver) => transceiver.receiver.track.kind);
  for (const kind of kinds) if (!there.includes(kind)) connection.addTransceiver(kind, { direction: 'sendrecv' });
}

async function attach(connection: RTCPeerConnection, { camera, microphone }: OwnTracks): Promise<void> {
  for (const transceiver of connection.getTransceivers()) {
    const track = transceiver.receiver.track.kind === 'video' ? camera : microphone;
    if (transceiver.direction !== 'sendrecv' && transceiver.direction !== 'stopped') transceiver.direction = 'sendrecv';
    if (transceiver.sender.track !== (track ?? null)) await transceiver.sender.replaceTrack(track ?? null);
  }
}

/** Before the first negotiation there is nothing to limit: it is said again once media flows. */
async function limitSending(connection: RTCPeerConnection, sending: Sending): Promise<void> {
  for (const { sender } of connection.getTransceivers()) {
    if (sender.track?.kind !== 'video') continue;
    const parameters = sender.getParameters();
    if (parameters.encodings.length === 0) continue;
    parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...sending }));
    await sender.setParameters(parameters);
  }
}

function servers(iceServers: readonly IceServer[]): RTCIceServer[] {
  return iceServers.map(({ urls, username, credential }) => ({
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }));
}
