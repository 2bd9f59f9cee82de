//! Prints the TypeScript types of the wire; `cargo xtask` keeps `frontend/src/protocol/messages.ts` equal to it.

use protocol::action::Action;
use protocol::{client::wire as client, evidence, moderation, rest, room, server_wire as server, turn};
use ts_rs::{Config, TS};

const HEADER: &str = "// Generated from shared/protocol by `cargo run -p protocol --features contract --example contract`. Never edited.\n";

/// The type of an action's data.
const fn data(action: Action) -> &'static str {
    match action {
        Action::Hello => "Hello",
        Action::Ping | Action::LeaveQueue => "Empty",
        Action::JoinQueue => "JoinQueue",
        Action::Next => "Next",
        Action::ConnectionStatus => "ConnectionStatus",
        Action::SendOffer | Action::SendAnswer => "SendDescription",
        Action::SendCandidate => "SendCandidate",
        Action::Fingerprint => "SendFingerprint",
        Action::SendMessage => "SendMessage",
        Action::SendReaction => "SendReaction",
        Action::EndCall | Action::ExtendSession | Action::Rematch | Action::GetMatchDetails => "OfSession",
        Action::CallRequest => "RingFriend",
        Action::CallAccepted | Action::CallRejected | Action::CallCancel => "OneCall",
        Action::JoinRoom => "JoinRoom",
        Action::LeaveRoom => "OfRoom",
        Action::RaiseHand => "RaiseHand",
        Action::ShareScreen => "ShareScreen",
        Action::RoomAdmin => "RoomAdmin",
    }
}

fn main() {
    let config = Config::default();
    let mut out = String::from(HEADER);
    macro_rules! declare {
        ($($module:ident :: { $($name:ident),* $(,)? })*) => {
            $($(out.push_str(&format!("\nexport {}\n", <$module::$name as TS>::decl(&config)));)*)*
        };
    }
    declare! {
        client::{
            Empty, Hello, JoinQueue, ConnectionStatus, SendDescription, SendCandidate, SendFingerprint, SendMessage,
            SendReaction, Next, OfSession, RingFriend, OneCall, ModeName, StatusName, ConnectionType, JoinRoom, OfRoom,
            RaiseHand, ShareScreen, RoomAdmin, RoomOpName,
        }
        server::{
            Event, Nothing, Pong, Connected, Resumed, ChatLine, Queue, TagCount, Matched, Peer, IceServer, Signaling,
            Description, IceCandidate, Fingerprint, Message, Reaction, OfPeer, SessionEnded, OfEnd, SessionExtended, IceServers, FriendRequest, FriendAccepted, OfCall, CallRequest, Ringing, KindName, ModerationWarning, ModerationAction, Error,
            SignalingGrant, StateName, RoleName, IcePolicy, RelayName, AskedBy, DescriptionType, EndReasonName, KvsRole,
            Place, Participant, NewPeer, PeerLeft, RoomState, RoomPeer, RoomGuest, Share, RoomWaiting, RoomEnded, OfRoomPeer, PresenceName,
        }
        rest::{
            LoginRequest, SignupRequest, VerifyLinkRequest, ElsewhereAnswer, TokenRequest, RefreshRequest, ProfileRequest, LoginAnswer, LoginUser,
            RefreshAnswer, VerifyAnswer, WsTicketAnswer, ProfileAnswer, BlockRequest, BlockAnswer, BlocksAnswer, BlockEntry, FriendRequestRequest, AnswerFriendRequest, FriendAction, FriendsAnswer,
            FriendEntry, RequestEntry, SearchAnswer, FoundUser, SubscribeRequest, PushKeys, UnsubscribeRequest, PushKeyAnswer, HistoryAnswer, CallEntry, ErrorAnswer,
        }
        evidence::{Evidence, Facts, Line}
        moderation::{
            ReasonName, DecisionName, ActionName, AnswerName, ReportRequest, ReportAnswer, ReportsAnswer, ReportEntry,
            NextReportAnswer, ReportCase, NoticedByRule, PersonFile, SanctionFile, StatsAnswer, StatusAnswer, ObjectiveEntry, ModerateRequest, SanctionsAnswer, SanctionEntry,
            AppealRequest, AppealsAnswer, AppealEntry, AnswerAppealRequest, AuditAnswer, AuditEntry, ConsentRequest,
            ConsentAnswer,
        }
        room::{ CreateRoomRequest, CreateRoomAnswer, RoomAnswer }
        turn::{ TurnRequest, TurnAnswer }
    }
    out.push_str(&format!("\nexport {}\n", <server::Signaled<server::Description> as TS>::decl(&config)));
    out.push_str("\n/** What a page says. */\nexport type ClientFrame =\n");
    for action in Action::ALL {
        let (name, data) = (action.name(), data(*action));
        out.push_str(&format!("  | {{ action: \"{name}\"; id?: string; trace?: string; data: {data} }}\n"));
    }
    out.push_str("\n/** What the server says. */\nexport type ServerFrame = Event & { id?: string; ts: number };\n");
    print!("{out}");
}
