//! What the server says over the socket: `{"event","id"?,"ts","data"}`.

mod room;

use domain::call::Party;
use domain::id::{CallId, PeerId, SanctionId, SessionId};
use domain::notice::{
    Heard, IceServer, Invitation, Notice, QueueStatus, RingNotice, RingStatus, SignalingGrant, Whereabouts,
};
use domain::profile::Nickname;
use domain::refusal::Refusal;
use domain::report::Reason;
use domain::sanction::Measure;
use domain::session::{EndReason, Role};
use domain::signal::Signal;
use domain::speech::{Emoji, Message};
use domain::time::{SpanMs, TimeMs};
use domain::user::UserState;

/// Writes one notice as a frame; `now` becomes its `ts`.
#[must_use]
pub fn encode(notice: &Notice, now: TimeMs) -> String {
    let frame = wire::Frame { event: event(notice), id: answered(notice), ts: now.0 };
    serde_json::to_string(&frame).unwrap_or_default()
}

/// The client's id of the frame that this notice answers.
fn answered(notice: &Notice) -> Option<String> {
    if let Notice::Ack { id } = notice {
        return Some(id.clone());
    }
    if let Notice::Error { id, .. } = notice { id.clone() } else { None }
}

fn event(notice: &Notice) -> wire::Event {
    match notice {
        Notice::Connected { user, whereabouts, ring } => {
            let ring = ring.as_ref().map(ringing);
            wire::Event::Connected(Box::new(wire::Connected { ring, ..connected(user.as_str(), whereabouts) }))
        }
        Notice::QueueJoined(status) => wire::Event::QueueJoined(queue(status)),
        Notice::QueueUpdate(status) => wire::Event::QueueUpdate(queue(status)),
        Notice::QueueLeft => wire::Event::QueueLeft(wire::Nothing {}),
        Notice::Rematched { over, from, nickname } => {
            wire::Event::Rematched(call(over.as_str(), from.as_str(), nickname))
        }
        Notice::Matched(invitation) => wire::Event::Matched(Box::new(matched(invitation))),
        Notice::MatchDetails(invitation) => wire::Event::MatchDetails(Box::new(matched(invitation))),
        Notice::Signaling { session, epoch } => {
            let (session_id, transport) = (session.to_string(), wire::RelayName::Relay);
            wire::Event::Signaling(wire::Signaling { session_id, epoch: *epoch, transport })
        }
        Notice::Signal { session, from, epoch, n, signal } => {
            signaled(signal, wire::Envelope { place: in_call(session), from: from.to_string(), epoch: *epoch, n: *n })
        }
        Notice::Fingerprint { session, from, sha256 } => wire::Event::Fingerprint(wire::Fingerprint {
            place: in_call(session),
            from: from.to_string(),
            sha256: sha256.as_str().to_owned(),
        }),
        Notice::Message { session, from, n, message: said, sent_at } => {
            wire::Event::Message(message(in_call(session), from, *n, said, *sent_at))
        }
        Notice::Reaction { session, from, emoji, sent_at } => {
            wire::Event::Reaction(reaction(in_call(session), from, emoji, *sent_at))
        }
        Notice::PeerReconnecting { session, peer } => wire::Event::PeerReconnecting(of_peer(session, peer)),
        Notice::PeerReconnected { session, peer } => wire::Event::PeerReconnected(of_peer(session, peer)),
        Notice::SessionEnded { session, reason, duration } => {
            wire::Event::SessionEnded(session_ended(session, *reason, *duration))
        }
        Notice::SessionWarning { session, ends_at } => wire::Event::SessionWarning(of_end(session, *ends_at)),
        Notice::ExtendRequested { session, ends_at } => wire::Event::ExtendRequested(of_end(session, *ends_at)),
        Notice::SessionExtended { session, extension, ends_at } => {
            wire::Event::SessionExtended(wire::SessionExtended {
                session_id: session.to_string(),
                ends_at: ends_at.0,
                extensions_left: extension.left(),
            })
        }
        Notice::IceServers { session, servers } => wire::Event::IceServers(wire::IceServers {
            place: in_call(session),
            ice_servers: servers.iter().map(ice_server).collect(),
        }),
        Notice::Ring(notice) => ring(notice),
        Notice::Room(notice) => room::event(notice),
        Notice::FriendRequest { request, nickname } => wire::Event::FriendRequest(wire::FriendRequest {
            request_id: request.to_string(),
            nickname: nickname.as_str().to_owned(),
        }),
        Notice::FriendAccepted { user, nickname } => wire::Event::FriendAccepted(wire::FriendAccepted {
            user_id: user.to_string(),
            nickname: nickname.as_str().to_owned(),
        }),
        Notice::ServerDraining => wire::Event::ServerDraining(wire::Nothing {}),
        Notice::ModerationWarning { sanction, reason } => warned(sanction, *reason),
        Notice::ModerationAction { sanction, measure, reason } => sanctioned(sanction, *measure, *reason),
        Notice::Superseded => wire::Event::Superseded(wire::Nothing {}),
        Notice::Pong { state } => wire::Event::Pong(pong(state.as_ref())),
        Notice::Ack { .. } => wire::Event::Ack(wire::Nothing {}),
        Notice::Error { refusal, .. } => wire::Event::Error(error(refusal)),
    }
}

fn session_ended(session: &SessionId, reason: EndReason, duration: SpanMs) -> wire::SessionEnded {
    wire::SessionEnded { session_id: session.to_string(), reason: reason.into(), duration_ms: duration.0 }
}

fn warned(sanction: &SanctionId, reason: Reason) -> wire::Event {
    let sanction_id = sanction.to_string();
    wire::Event::ModerationWarning(wire::ModerationWarning { sanction_id, reason: reason.as_str() })
}

fn sanctioned(sanction: &SanctionId, measure: Measure, reason: Reason) -> wire::Event {
    wire::Event::ModerationAction(wire::ModerationAction {
        sanction_id: sanction.to_string(),
        action: measure.as_str(),
        reason: reason.as_str(),
        until: measure.until().map(|until| until.0),
    })
}

fn in_call(session: &SessionId) -> wire::Place {
    wire::Place::SessionId(session.to_string())
}

fn message(place: wire::Place, from: &PeerId, n: u32, said: &Message, sent_at: TimeMs) -> wire::Message {
    let (from, message) = (from.to_string(), said.as_str().to_owned());
    wire::Message { place, from, n, message, sent_at: sent_at.0 }
}

fn reaction(place: wire::Place, from: &PeerId, emoji: &Emoji, sent_at: TimeMs) -> wire::Reaction {
    let (from, emoji) = (from.to_string(), emoji.as_str().to_owned());
    wire::Reaction { place, from, emoji, sent_at: sent_at.0 }
}

fn ring(notice: &RingNotice) -> wire::Event {
    match notice {
        RingNotice::Request { call, from, mode, until } => wire::Event::CallRequest(wire::CallRequest {
            mode: (*mode).into(),
            expires_at: until.0,
            call: of_call(call, from),
        }),
        RingNotice::Ringing(status) => wire::Event::CallRinging(ringing(status)),
        RingNotice::Accepted { call, from } => wire::Event::CallAccepted(of_call(call, from)),
        RingNotice::Rejected { call, from } => wire::Event::CallRejected(of_call(call, from)),
        RingNotice::Cancelled { call, from } => wire::Event::CallCancelled(of_call(call, from)),
        RingNotice::Timeout { call, from } => wire::Event::CallTimeout(of_call(call, from)),
        RingNotice::Busy { call, from } => wire::Event::CallBusy(of_call(call, from)),
    }
}

fn of_call(id: &CallId, from: &Party) -> wire::OfCall {
    call(id.as_str(), from.user.as_str(), &from.nickname)
}

fn call(id: &str, from: &str, nickname: &Nickname) -> wire::OfCall {
    wire::OfCall { call_id: id.to_owned(), from: from.to_owned(), nickname: nickname.as_str().to_owned() }
}

fn ringing(status: &RingStatus) -> wire::Ringing {
    wire::Ringing {
        call_id: status.call.to_string(),
        with: status.with.user.to_string(),
        nickname: status.with.nickname.as_str().to_owned(),
        mode: status.mode.into(),
        expires_at: status.until.0,
        own: status.is_caller,
    }
}

fn pong(state: Option<&UserState>) -> wire::Pong {
    let (state, session_id, room_id) = match state {
        None => (None, None, None),
        Some(UserState::Idle) => (Some(wire::StateName::Idle), None, None),
        Some(UserState::Waiting(_)) => (Some(wire::StateName::Waiting), None, None),
        Some(UserState::InSession(session)) => (Some(wire::StateName::InSession), Some(session.to_string()), None),
        Some(UserState::InRoom(room)) => (Some(wire::StateName::InRoom), None, Some(room.to_string())),
    };
    wire::Pong { state, session_id, room_id }
}

fn connected(user: &str, whereabouts: &Whereabouts) -> wire::Connected {
    let user_id = user.to_owned();
    let state = wire::StateName::Idle;
    let nowhere =
        wire::Connected { user_id, state, session: None, queue: None, ring: None, room: None, room_waiting: None };
    match whereabouts {
        Whereabouts::Idle => nowhere,
        Whereabouts::Waiting(status) => {
            wire::Connected { state: wire::StateName::Waiting, queue: Some(queue(status)), ..nowhere }
        }
        Whereabouts::InSession { invitation, chat } => {
            let resumed = wire::Resumed { matched: matched(invitation), chat: chat.iter().map(heard).collect() };
            wire::Connected { state: wire::StateName::InSession, session: Some(resumed), ..nowhere }
        }
        Whereabouts::InRoom { view, servers } => {
            let room = Some(room::participant(view, Some(servers)));
            wire::Connected { state: wire::StateName::InRoom, room, ..nowhere }
        }
        Whereabouts::BeforeRoom(door) => {
            let room_waiting = Some(room::waiting(door));
            wire::Connected { state: wire::StateName::InRoom, room_waiting, ..nowhere }
        }
    }
}

fn heard(heard: &Heard) -> wire::ChatLine {
    wire::ChatLine {
        from: heard.from.to_string(),
        own: heard.own,
        n: heard.line.n,
        message: heard.line.message.as_str().to_owned(),
        sent_at: heard.line.sent_at.0,
    }
}

fn queue(status: &QueueStatus) -> wire::Queue {
    wire::Queue {
        position: status.position,
        waiting: status.waiting,
        // Nobody is told of a wait of 0 s.
        estimated_wait_seconds: status.estimated_wait.map(|wait| whole(wait.0.saturating_add(500) / 1000).max(1)),
        tags: status
            .tags
            .iter()
            .map(|(tag, waiting)| wire::TagCount { tag: tag.as_str().to_owned(), waiting: *waiting })
            .collect(),
    }
}

fn matched(invitation: &Invitation) -> wire::Matched {
    wire::Matched {
        session_id: invitation.session.to_string(),
        own_peer_id: invitation.own_peer.to_string(),
        kind: invitation.between.into(),
        peer: wire::Peer {
            peer_id: invitation.peer.to_string(),
            nickname: invitation.nickname.as_str().to_owned(),
            common_tags: invitation.common_tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        },
        role: match invitation.role {
            Role::Offerer => wire::RoleName::Offerer,
            Role::Answerer => wire::RoleName::Answerer,
        },
        epoch: invitation.epoch,
        started_at: invitation.started_at.0,
        ends_at: invitation.ends_at.0,
        next_at: invitation.next_at.0,
        extensions_left: invitation.extension.left(),
        extend_asked_by: invitation
            .extension
            .asked_by
            .map(|role| if role == invitation.role { wire::AskedBy::You } else { wire::AskedBy::Partner }),
        ice_servers: invitation.ice_servers.iter().map(ice_server).collect(),
        ice_transport_policy: if invitation.relay_only { wire::IcePolicy::Relay } else { wire::IcePolicy::All },
        signaling: signaling(&invitation.signaling, invitation.role),
    }
}

fn signaling(grant: &SignalingGrant, role: Role) -> wire::SignalingGrant {
    let SignalingGrant::Kvs(kvs) = grant else { return wire::SignalingGrant::Relay };
    let client = Some(kvs.viewer_client.to_string());
    let (role, client_id, peer_client_id) = match role {
        Role::Offerer => (wire::KvsRole::Viewer, client, None),
        Role::Answerer => (wire::KvsRole::Master, None, client),
    };
    wire::SignalingGrant::Kvs {
        channel_arn: kvs.arn.clone(),
        region: kvs.region.clone(),
        channel_endpoint: kvs.endpoint.clone(),
        role,
        client_id,
        peer_client_id,
        url: kvs.url.clone(),
        expires_in: kvs.expires_in.0 / 1000,
    }
}

pub(crate) fn ice_server(server: &IceServer) -> wire::IceServer {
    wire::IceServer {
        urls: server.urls.clone(),
        username: server.username.clone(),
        credential: server.credential.clone(),
    }
}

fn signaled(signal: &Signal, envelope: wire::Envelope) -> wire::Event {
    let description = |r#type, sdp: &String| wire::Description { r#type, sdp: sdp.clone() };
    match signal {
        Signal::Offer { sdp } => wire::Event::Offer(envelope.around(description(wire::DescriptionType::Offer, sdp))),
        Signal::Answer { sdp } => wire::Event::Answer(envelope.around(description(wire::DescriptionType::Answer, sdp))),
        Signal::Candidate(candidate) => wire::Event::Candidate(envelope.around(wire::IceCandidate {
            candidate: candidate.candidate.clone(),
            sdp_mid: candidate.sdp_mid.clone(),
            sdp_m_line_index: candidate.sdp_m_line_index,
            username_fragment: candidate.username_fragment.clone(),
        })),
    }
}

fn of_end(session: &SessionId, ends_at: TimeMs) -> wire::OfEnd {
    wire::OfEnd { session_id: session.to_string(), ends_at: ends_at.0 }
}

fn of_peer(session: &SessionId, peer: &PeerId) -> wire::OfPeer {
    wire::OfPeer { session_id: session.to_string(), peer_id: peer.to_string() }
}

/// A refusal as it stands in a REST answer and in an `error` event.
#[must_use]
pub fn error(refusal: &Refusal) -> wire::Error {
    wire::Error {
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.clone(),
        retry_after_seconds: refusal.retry_after.map(|span| whole(span.whole_seconds_up())),
    }
}

fn whole(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

pub use crate::server_wire as wire;
