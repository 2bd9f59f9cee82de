// Generated from shared/protocol by `cargo run -p protocol --features contract --example contract`. Never edited.

export type Empty = Record<symbol, never>;

export type Hello = { lastN?: number, };

export type JoinQueue = { userId?: string, tags?: Array<string>, interests?: Array<string>, language?: string, region?: string, mode?: ModeName, };

export type ConnectionStatus = { sessionId: string, status: StatusName, epoch?: number, connectionTimeMs?: number, connectionType?: ConnectionType, signalingMs?: number, sha256?: string, };

export type SendDescription = { sessionId?: string, roomId?: string, to?: string, epoch: number, n: number, data: Description, };

export type SendCandidate = { sessionId?: string, roomId?: string, to?: string, epoch: number, n: number, data: IceCandidate, };

export type SendFingerprint = { sessionId?: string, roomId?: string, sha256: string, };

export type SendMessage = { sessionId?: string, roomId?: string, to?: string, n: number, message: string, };

export type SendReaction = { sessionId?: string, roomId?: string, emoji: string, };

export type Next = { sessionId?: string, };

export type OfSession = { sessionId: string, };

export type RingFriend = { to: string, mode?: ModeName, };

export type OneCall = { callId: string, };

export type ModeName = "video" | "audio" | "text";

export type StatusName = "received" | "connected" | "reconnecting" | "failed" | "signaling-failed" | "partner-lost";

export type ConnectionType = "direct" | "relay";

export type JoinRoom = { roomId: string, name?: string, password?: string, peerId?: string, sha256?: string, };

export type OfRoom = { roomId: string, };

export type RaiseHand = { roomId: string, raised?: boolean, };

export type ShareScreen = { roomId: string, shown: boolean, };

export type RoomAdmin = { roomId: string, op: RoomOpName, peerId?: string, };

export type RoomOpName = "mute-all" | "remove" | "lock" | "unlock" | "admit" | "host" | "many-screens" | "one-screen";

export type Event = { "event": "connected", "data": Connected } | { "event": "queue-joined", "data": Queue } | { "event": "queue-update", "data": Queue } | { "event": "queue-left", "data": Nothing } | { "event": "rematched", "data": OfCall } | { "event": "matched", "data": Matched } | { "event": "match-details", "data": Matched } | { "event": "signaling", "data": Signaling } | { "event": "offer", "data": Signaled<Description> } | { "event": "answer", "data": Signaled<Description> } | { "event": "candidate", "data": Signaled<IceCandidate> } | { "event": "fingerprint", "data": Fingerprint } | { "event": "message", "data": Message } | { "event": "reaction", "data": Reaction } | { "event": "peer-reconnecting", "data": OfPeer } | { "event": "peer-reconnected", "data": OfPeer } | { "event": "session-ended", "data": SessionEnded } | { "event": "session-warning", "data": OfEnd } | { "event": "extend-requested", "data": OfEnd } | { "event": "session-extended", "data": SessionExtended } | { "event": "ice-servers", "data": IceServers } | { "event": "call-request", "data": CallRequest } | { "event": "call-ringing", "data": Ringing } | { "event": "call-accepted", "data": OfCall } | { "event": "call-rejected", "data": OfCall } | { "event": "call-cancelled", "data": OfCall } | { "event": "call-timeout", "data": OfCall } | { "event": "call-busy", "data": OfCall } | { "event": "friend-request", "data": FriendRequest } | { "event": "friend-accepted", "data": FriendAccepted } | { "event": "participant", "data": Participant } | { "event": "new-peer", "data": NewPeer } | { "event": "peer-left", "data": PeerLeft } | { "event": "room-waiting", "data": RoomWaiting } | { "event": "room-ended", "data": RoomEnded } | { "event": "mute-all", "data": OfRoomPeer } | { "event": "moderation-warning", "data": ModerationWarning } | { "event": "moderation-action", "data": ModerationAction } | { "event": "superseded", "data": Nothing } | { "event": "server-draining", "data": Nothing } | { "event": "pong", "data": Pong } | { "event": "ack", "data": Nothing } | { "event": "error", "data": Error };

export type Nothing = Record<symbol, never>;

export type Pong = { state?: StateName, sessionId?: string, roomId?: string, };

export type Connected = { userId: string, state: StateName, session?: Resumed, queue?: Queue, ring?: Ringing, room?: Participant, roomWaiting?: RoomWaiting, };

export type Resumed = { chat: Array<ChatLine>, sessionId: string, ownPeerId: string, kind: KindName, peer: Peer, role: RoleName, epoch: number, startedAt: number, endsAt: number, nextAt: number, extensionsLeft: number, extendAskedBy?: AskedBy, iceServers: Array<IceServer>, iceTransportPolicy: IcePolicy, signaling: SignalingGrant, };

export type ChatLine = { from: string, own: boolean, n: number, message: string, sentAt: number, };

export type Queue = { position?: number, waiting?: number, estimatedWaitSeconds?: number, tags: Array<TagCount>, };

export type TagCount = { tag: string, waiting: number, };

export type Matched = { sessionId: string, ownPeerId: string, kind: KindName, peer: Peer, role: RoleName, epoch: number, startedAt: number, endsAt: number, nextAt: number, extensionsLeft: number, extendAskedBy?: AskedBy, iceServers: Array<IceServer>, iceTransportPolicy: IcePolicy, signaling: SignalingGrant, };

export type Peer = { peerId: string, nickname: string, commonTags: Array<string>, };

export type IceServer = { urls: Array<string>, username?: string, credential?: string, };

export type Signaling = { sessionId: string, epoch: number, transport: RelayName, };

export type Description = { type: DescriptionType, sdp: string, };

export type IceCandidate = { candidate: string, sdpMid?: string, sdpMLineIndex?: number, usernameFragment?: string, };

export type Fingerprint = { from: string, sha256: string, } & ({ "sessionId": string } | { "roomId": string });

export type Message = { from: string, n: number, message: string, sentAt: number, } & ({ "sessionId": string } | { "roomId": string });

export type Reaction = { from: string, emoji: string, sentAt: number, } & ({ "sessionId": string } | { "roomId": string });

export type OfPeer = { sessionId: string, peerId: string, };

export type SessionEnded = { sessionId: string, reason: EndReasonName, durationMs: number, };

export type OfEnd = { sessionId: string, endsAt: number, };

export type SessionExtended = { sessionId: string, endsAt: number, extensionsLeft: number, };

export type IceServers = { iceServers: Array<IceServer>, } & ({ "sessionId": string } | { "roomId": string });

export type FriendRequest = { requestId: string, nickname: string, };

export type FriendAccepted = { userId: string, nickname: string, };

export type OfCall = { callId: string, from: string, nickname: string, };

export type CallRequest = { mode: ModeName, expiresAt: number, callId: string, from: string, nickname: string, };

export type Ringing = { callId: string, with: string, nickname: string, mode: ModeName, expiresAt: number, own: boolean, };

export type KindName = "stranger" | "friend";

export type ModerationWarning = { sanctionId: string, reason: string, };

export type ModerationAction = { sanctionId: string, action: string, reason: string, until?: number, };

export type Error = { code: string, message: string, retryAfterSeconds?: number, };

export type SignalingGrant = { "transport": "kvs", channelArn: string, region: string, channelEndpoint: string, role: KvsRole, clientId?: string, peerClientId?: string, url: string, expiresIn: number, } | { "transport": "relay" };

export type StateName = "idle" | "waiting" | "in-session" | "in-room";

export type RoleName = "offerer" | "answerer";

export type IcePolicy = "all" | "relay";

export type RelayName = "relay";

export type AskedBy = "you" | "partner";

export type DescriptionType = "offer" | "answer";

export type EndReasonName = "timeout" | "peer-left" | "skipped" | "moderation" | "failed";

export type KvsRole = "MASTER" | "VIEWER";

export type Place = { "sessionId": string } | { "roomId": string };

export type Participant = { iceServers?: Array<IceServer>, roomId: string, version: number, name?: string, capacity: number, epoch: number, locked: boolean, waitingRoom: boolean, manyScreens: boolean, ownPeerId: string, owner: boolean, handRaised: boolean, screen: boolean, hostPeerId?: string, peers: Array<RoomPeer>, waiting: Array<RoomGuest>, share: Share, };

export type NewPeer = { peerId: string, nickname: string, iceServers: Array<IceServer>, roomId: string, version: number, name?: string, capacity: number, epoch: number, locked: boolean, waitingRoom: boolean, manyScreens: boolean, ownPeerId: string, owner: boolean, handRaised: boolean, screen: boolean, hostPeerId?: string, peers: Array<RoomPeer>, waiting: Array<RoomGuest>, share: Share, };

export type PeerLeft = { peerId: string, reason: string, roomId: string, version: number, name?: string, capacity: number, epoch: number, locked: boolean, waitingRoom: boolean, manyScreens: boolean, ownPeerId: string, owner: boolean, handRaised: boolean, screen: boolean, hostPeerId?: string, peers: Array<RoomPeer>, waiting: Array<RoomGuest>, share: Share, };

export type RoomState = { roomId: string, version: number, name?: string, capacity: number, epoch: number, locked: boolean, waitingRoom: boolean, manyScreens: boolean, ownPeerId: string, owner: boolean, handRaised: boolean, screen: boolean, hostPeerId?: string, peers: Array<RoomPeer>, waiting: Array<RoomGuest>, share: Share, };

export type RoomPeer = { peerId: string, nickname: string, sha256?: string, role: RoleName, iceTransportPolicy: IcePolicy, presence: PresenceName, returns: number, handRaisedAt?: number, screen: boolean, };

export type RoomGuest = { peerId: string, nickname: string, };

export type Share = { listenerKbps: number, speakerKbps: number, lines: number, frames: number, };

export type RoomWaiting = { roomId: string, name?: string, hosted: boolean, };

export type RoomEnded = { roomId: string, reason: string, };

export type OfRoomPeer = { roomId: string, from: string, };

export type PresenceName = "here" | "lost" | "held";

export type LoginRequest = { email?: string, nickname?: string, uid?: string, tags?: Array<string>, language?: string, region?: string, deviceId?: string, };

export type SignupRequest = { email: string, name: string, deviceId?: string, };

export type VerifyLinkRequest = { token?: string, email?: string, code?: string, deviceId?: string, };

export type ElsewhereAnswer = { code: string, };

export type TokenRequest = { deviceId?: string, };

export type RefreshRequest = { userId?: string, };

export type ProfileRequest = { nickname?: string, tags?: Array<string>, language?: string, region?: string, hideIp?: boolean, findable?: boolean, };

export type LoginAnswer = { token: string, accessToken: string, expiresIn: number, deviceId: string, user: LoginUser, };

export type LoginUser = { userId: string, nickname: string, tags: Array<string>, };

export type RefreshAnswer = { userId: string, accessToken: string, expiresIn: number, };

export type VerifyAnswer = { valid: boolean, userId: string, deviceId: string, expiresAt: number, };

export type WsTicketAnswer = { ticket: string, expiresIn: number, url: string, };

export type ProfileAnswer = { userId: string, nickname: string, tags: Array<string>, language?: string, region?: string, hideIp: boolean, findable: boolean, moderates: boolean, consent?: ConsentAnswer, bannedUntil?: number, email?: string, createdAt: number, };

export type BlockRequest = { userId?: string, sessionId?: string, };

export type BlockAnswer = { blockId: string, };

export type BlocksAnswer = { blocks: Array<BlockEntry>, };

export type BlockEntry = { blockId: string, nickname: string, createdAt: number, };

export type FriendRequestRequest = { toUserId?: string, toEmail?: string, sessionId?: string, };

export type AnswerFriendRequest = { requestId: string, action: FriendAction, };

export type FriendAction = "accept" | "reject";

export type FriendsAnswer = { friends: Array<FriendEntry>, incoming: Array<RequestEntry>, outgoing: Array<RequestEntry>, };

export type FriendEntry = { userId: string, nickname: string, online: boolean, since: number, };

export type RequestEntry = { requestId: string, nickname?: string, email?: string, createdAt: number, };

export type SearchAnswer = { users: Array<FoundUser>, };

export type FoundUser = { userId: string, nickname: string, };

export type SubscribeRequest = { endpoint: string, keys: PushKeys, };

export type PushKeys = { p256dh: string, auth: string, };

export type UnsubscribeRequest = { endpoint: string, };

export type PushKeyAnswer = { publicKey: string, };

export type HistoryAnswer = { calls: Array<CallEntry>, };

export type CallEntry = { sessionId: string, kind: string, nickname: string, friendId?: string, commonTags: Array<string>, mode: string, startedAt: number, durationMs: number, };

export type ErrorAnswer = { error: Error, };

export type Evidence = { comment?: string, call: Facts, lines: Array<Line>, };

export type Facts = { kind: string, mode: string, commonTags: Array<string>, startedAt: number, durationMs: number, accused: string, reporter: string, };

export type Line = { byAccused: boolean, message: string, sentAt: number, };

export type ReasonName = "harassment" | "inappropriate_content" | "spam" | "nudity" | "violence" | "underage" | "other";

export type DecisionName = "accepted" | "rejected";

export type ActionName = "warn" | "suspend" | "ban";

export type AnswerName = "granted" | "rejected";

export type ReportRequest = { sessionId: string, reason: ReasonName, comment?: string, block?: boolean, };

export type ReportAnswer = { reportId: string, };

export type ReportsAnswer = { reports: Array<ReportEntry>, older?: string, };

export type ReportEntry = { reportId: string, reason: string, stage: string, urgent: boolean, createdAt: number, leasedUntil?: number, decidedAt?: number, action?: string, note?: string, };

export type NextReportAnswer = { report?: ReportCase, };

export type ReportCase = { entry: ReportEntry, evidence?: Evidence, noticed?: NoticedByRule, accused: PersonFile, reporter?: PersonFile, };

export type NoticedByRule = { rule: string, many: number, withinMs: number, };

export type PersonFile = { userId: string, nickname?: string, hasAccount: boolean, createdAt?: number, bannedUntil?: number, reportsAgainst: Array<ReportEntry>, reportsMade: Array<ReportEntry>, sanctions: Array<SanctionFile>, };

export type SanctionFile = { sanction: SanctionEntry, answerNote?: string, };

export type StatsAnswer = { urgent: number, open: number, appeals: number, oldestAt?: number, };

export type StatusAnswer = { objectives: Array<ObjectiveEntry>, };

export type ObjectiveEntry = { name: string, what: string, unit: string, aim: number, samples: number, figure?: number, met?: boolean, };

export type ModerateRequest = { reportId: string, decision: DecisionName, action?: ActionName, hours?: number, note: string, };

export type SanctionsAnswer = { sanctions: Array<SanctionEntry>, };

export type SanctionEntry = { sanctionId: string, action: string, reason: string, createdAt: number, until?: number, holds: boolean, appeal?: string, };

export type AppealRequest = { sanctionId: string, message: string, };

export type AppealsAnswer = { appeals: Array<AppealEntry>, };

export type AppealEntry = { userId: string, sanction: SanctionEntry, message: string, own: boolean, note?: string, createdAt: number, };

export type AnswerAppealRequest = { userId: string, sanctionId: string, decision: AnswerName, note: string, };

export type AuditAnswer = { lines: Array<AuditEntry>, older?: number, };

export type AuditEntry = { n: number, at: number, deed: string, by?: string, about: string, reportId?: string, until?: number, previous: string, hash: string, };

export type ConsentRequest = { version: number, adult: boolean, };

export type ConsentAnswer = { version: number, agreedAt: number, };

export type CreateRoomRequest = { name?: string, capacity?: number, password?: string, waitingRoom?: boolean, manyScreens?: boolean, };

export type CreateRoomAnswer = { roomId: string, url: string, };

export type RoomAnswer = { roomId: string, name?: string, participants: number, capacity: number, passwordRequired: boolean, waitingRoom: boolean, locked: boolean, expiresAt: number, };

export type TurnRequest = { sessionId?: string, };

export type TurnAnswer = { urls: Array<string>, username?: string, credential?: string, ttl: number, iceServers: Array<IceServer>, };

export type Signaled<T> = { from: string, epoch: number, n: number, data: T, } & ({ "sessionId": string } | { "roomId": string });

/** What a page says. */
export type ClientFrame =
  | { action: "hello"; id?: string; trace?: string; data: Hello }
  | { action: "ping"; id?: string; trace?: string; data: Empty }
  | { action: "join-queue"; id?: string; trace?: string; data: JoinQueue }
  | { action: "leave-queue"; id?: string; trace?: string; data: Empty }
  | { action: "next"; id?: string; trace?: string; data: Next }
  | { action: "connection-status"; id?: string; trace?: string; data: ConnectionStatus }
  | { action: "send-offer"; id?: string; trace?: string; data: SendDescription }
  | { action: "send-answer"; id?: string; trace?: string; data: SendDescription }
  | { action: "send-candidate"; id?: string; trace?: string; data: SendCandidate }
  | { action: "fingerprint"; id?: string; trace?: string; data: SendFingerprint }
  | { action: "send-message"; id?: string; trace?: string; data: SendMessage }
  | { action: "send-reaction"; id?: string; trace?: string; data: SendReaction }
  | { action: "end-call"; id?: string; trace?: string; data: OfSession }
  | { action: "extend-session"; id?: string; trace?: string; data: OfSession }
  | { action: "rematch"; id?: string; trace?: string; data: OfSession }
  | { action: "get-match-details"; id?: string; trace?: string; data: OfSession }
  | { action: "call-request"; id?: string; trace?: string; data: RingFriend }
  | { action: "call-accepted"; id?: string; trace?: string; data: OneCall }
  | { action: "call-rejected"; id?: string; trace?: string; data: OneCall }
  | { action: "call-cancel"; id?: string; trace?: string; data: OneCall }
  | { action: "join-room"; id?: string; trace?: string; data: JoinRoom }
  | { action: "leave-room"; id?: string; trace?: string; data: OfRoom }
  | { action: "raise-hand"; id?: string; trace?: string; data: RaiseHand }
  | { action: "share-screen"; id?: string; trace?: string; data: ShareScreen }
  | { action: "room-admin"; id?: string; trace?: string; data: RoomAdmin }

/** What the server says. */
export type ServerFrame = Event & { id?: string; ts: number };
