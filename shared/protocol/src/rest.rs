//! REST bodies under `/api`.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::credential::Profile;
use domain::id::UserId;
use domain::profile::Tags;
use domain::refusal::{Code, Refusal};
use domain::standing::Block;
use domain::time::SpanMs;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fault;
use crate::object::Object;

/// Somebody who wants an account.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignupRequest {
    pub email: String,
    pub name: String,
    pub device_id: Option<String>,
}

/// The answer to a request to be friends.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerFriendRequest {
    pub request_id: String,
    pub action: FriendAction,
}

/// What is done with a request to be friends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum FriendAction {
    Accept,
    Reject,
}

/// Where a browser is woken: its `PushSubscription` (W3C Push API).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscribeRequest {
    pub endpoint: String,
    #[cfg_attr(feature = "contract", ts(as = "PushKeys"))]
    pub keys: Object<PushKeys>,
}

/// The keys of a subscription (RFC 8291), base64url.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    pub p256dh: String,
    pub auth: String,
}

/// A subscription that is no more.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnsubscribeRequest {
    pub endpoint: String,
}

asked! {
    #[derive(Default)]
    pub struct LoginRequest {
        pub email: Option<String>,
        pub nickname: Option<String>,
        pub uid: Option<String>,
        pub tags: Option<Vec<String>>,
        pub language: Option<String>,
        pub region: Option<String>,
        pub device_id: Option<String>,
    }

    #[derive(Default)]
    pub struct VerifyLinkRequest {
        pub token: Option<String>,
        pub email: Option<String>,
        pub code: Option<String>,
        pub device_id: Option<String>,
    }

    #[derive(Default)]
    pub struct TokenRequest {
        pub device_id: Option<String>,
    }

    #[derive(Default)]
    pub struct RefreshRequest {
        pub user_id: Option<String>,
    }

    #[derive(Default)]
    pub struct ProfileRequest {
        pub nickname: Option<String>,
        pub tags: Option<Vec<String>>,
        pub language: Option<String>,
        pub region: Option<String>,
        pub hide_ip: Option<bool>,
        pub findable: Option<bool>,
    }

    #[derive(Default)]
    pub struct BlockRequest {
        pub user_id: Option<String>,
        pub session_id: Option<String>,
    }

    #[derive(Default)]
    pub struct FriendRequestRequest {
        pub to_user_id: Option<String>,
        pub to_email: Option<String>,
        pub session_id: Option<String>,
    }

    #[derive(Default)]
    pub struct NothingAsked {}
}

answered! {
    pub struct LoginAnswer {
        pub token: String,
        pub access_token: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_in: u64,
        pub device_id: String,
        pub user: LoginUser,
    }

    pub struct LoginUser {
        pub user_id: String,
        pub nickname: String,
        pub tags: Vec<String>,
    }

    pub struct Nothing {}

    pub struct ElsewhereAnswer {
        pub code: String,
    }

    pub struct RefreshAnswer {
        pub user_id: String,
        pub access_token: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_in: u64,
    }

    pub struct VerifyAnswer {
        pub valid: bool,
        pub user_id: String,
        pub device_id: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_at: u64,
    }

    pub struct WsTicketAnswer {
        pub ticket: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub expires_in: u64,
        pub url: String,
    }

    pub struct ProfileAnswer {
        pub user_id: String,
        pub nickname: String,
        pub tags: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub language: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub region: Option<String>,
        pub hide_ip: bool,
        pub findable: bool,
        pub moderates: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub consent: Option<crate::moderation::ConsentAnswer>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional, type = "number"))]
        pub banned_until: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
    }

    pub struct BlockAnswer {
        pub block_id: String,
    }

    pub struct BlocksAnswer {
        pub blocks: Vec<BlockEntry>,
    }

    pub struct BlockEntry {
        pub block_id: String,
        pub nickname: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
    }

    pub struct FriendsAnswer {
        pub friends: Vec<FriendEntry>,
        pub incoming: Vec<RequestEntry>,
        pub outgoing: Vec<RequestEntry>,
    }

    pub struct FriendEntry {
        pub user_id: String,
        pub nickname: String,
        pub online: bool,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub since: u64,
    }

    pub struct RequestEntry {
        pub request_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub nickname: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub created_at: u64,
    }

    pub struct SearchAnswer {
        pub users: Vec<FoundUser>,
    }

    pub struct FoundUser {
        pub user_id: String,
        pub nickname: String,
    }

    pub struct HistoryAnswer {
        pub calls: Vec<CallEntry>,
    }

    pub struct CallEntry {
        pub session_id: String,
        pub kind: &'static str,
        pub nickname: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub friend_id: Option<String>,
        pub common_tags: Vec<String>,
        pub mode: &'static str,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub started_at: u64,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        pub duration_ms: u64,
    }

    /// By which browsers know our pushes (RFC 8292), base64url.
    pub struct PushKeyAnswer {
        pub public_key: String,
    }

    pub struct Health {
        pub status: String,
        pub parts: Vec<HealthPart>,
    }

    pub struct HealthPart {
        pub name: String,
        pub ready: bool,
    }

    pub struct ErrorAnswer {
        pub error: crate::server_wire::Error,
    }
}

/// The longest REST body that is read, in bytes.
pub const BODY_BYTES_MAX: usize = 16 * 1024;

/// Reads a body; an empty one counts as `{}`.
///
/// # Errors
/// `too_large` over 16 KiB, `invalid_request` for what does not follow the contract.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Refusal::new(Code::TooLarge, "The request is too large."));
    }
    let body = if body.is_empty() { b"{}" } else { body };
    let read: Result<Object<T>, _> = serde_json::from_slice(body);
    read.map(|Object(body)| body).map_err(|error| fault::refusal("request", &error))
}

/// Writes an answer.
#[must_use]
pub fn write<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

/// The body of a refusal.
#[must_use]
pub fn refused(refusal: &Refusal) -> String {
    write(&ErrorAnswer { error: crate::server::error(refusal) })
}

/// The HTTP status of a code.
#[must_use]
pub const fn status(code: Code) -> u16 {
    match code {
        Code::InvalidRequest => 400,
        Code::Unauthorized => 401,
        Code::Forbidden | Code::Banned => 403,
        Code::NotFound => 404,
        Code::Conflict | Code::NotInSession | Code::AlreadyInQueue => 409,
        Code::Gone => 410,
        Code::TooLarge => 413,
        Code::RateLimited => 429,
        Code::Internal => 500,
        Code::Unavailable => 503,
    }
}

/// The answer to a sign-in; `device` is the sealed id.
#[must_use]
pub fn login(access_token: String, life: SpanMs, profile: &Profile, device: String) -> LoginAnswer {
    LoginAnswer {
        token: access_token.clone(),
        access_token,
        expires_in: life.0 / 1000,
        device_id: device,
        user: LoginUser {
            user_id: profile.user.to_string(),
            nickname: profile.nickname.as_str().to_owned(),
            tags: texts(&profile.tags),
        },
    }
}

/// The answer to `GET /health`: the parts by name, and whether all are ready.
#[must_use]
pub fn health(parts: &[(&str, bool)]) -> Health {
    let ready = parts.iter().all(|(_, ready)| *ready);
    Health {
        status: if ready { "ok" } else { "unavailable" }.to_owned(),
        parts: parts.iter().map(|(name, ready)| HealthPart { name: (*name).to_owned(), ready: *ready }).collect(),
    }
}

/// The answer to `GET /blocks`.
#[must_use]
pub fn blocks(owner: &UserId, blocks: &[Block]) -> BlocksAnswer {
    let entry = |block: &Block| BlockEntry {
        block_id: block.id(owner).to_string(),
        nickname: block.nickname.as_str().to_owned(),
        created_at: block.at.0,
    };
    BlocksAnswer { blocks: blocks.iter().map(entry).collect() }
}

/// The answer to `GET /users/me`.
#[must_use]
pub fn profile(profile: &Profile) -> ProfileAnswer {
    ProfileAnswer {
        user_id: profile.user.to_string(),
        nickname: profile.nickname.as_str().to_owned(),
        tags: texts(&profile.tags),
        language: profile.language.as_ref().map(|language| language.as_str().to_owned()),
        region: profile.region.as_ref().map(|region| region.as_str().to_owned()),
        hide_ip: profile.hide_ip,
        findable: profile.findable,
        moderates: profile.moderates,
        consent: profile.consent.as_ref().map(crate::moderation::consent),
        banned_until: profile.banned_until.map(|until| until.0),
        email: profile.email.as_ref().map(|email| email.as_str().to_owned()),
        created_at: profile.created_at.0,
    }
}

fn texts(tags: &Tags) -> Vec<String> {
    tags.iter().map(|tag| tag.as_str().to_owned()).collect()
}
