//! Web Push: where a browser can be woken that has no page of ours open (W3C Push API, RFC 8030).

use std::fmt;

use crate::call::{Call, CallEnd, CallPhase};
use crate::id::{FamilyId, SecretHash, UserId};
use crate::limits::{ENDPOINT_BYTES_MAX, MISSED_IS_NEWS, RINGS_FOR, SUBSCRIPTION_LIFE};
use crate::refusal::{Code, Refusal};
use crate::time::{SpanMs, TimeMs};

/// The push services of the browsers there are. A subscription names the host to which we send: any other could be one of
/// our own network.
const SERVICES: [&str; 4] =
    ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];

/// A browser that somebody wants to be woken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Whose.
    pub owner: UserId,
    /// By which sign-in: with it the subscription ends.
    pub family: FamilyId,
    /// Where to send.
    pub endpoint: Endpoint,
    /// For whom to encrypt.
    pub keys: BrowserKeys,
    /// When the browser said so last.
    pub at: TimeMs,
}

/// The address of a browser at its push service. Whoever knows it can try to wake the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(String);

/// The browser's public key and its secret (RFC 8291), base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserKeys {
    /// A P-256 point, uncompressed: 65 bytes.
    pub p256dh: String,
    /// 16 bytes.
    pub auth: String,
}

/// What a browser is woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A call rings, until then.
    Ringing(TimeMs),
    /// A call was missed.
    Missed,
    /// A call was answered or refused on another device: what rings there is to stop.
    Settled,
}

impl Subscription {
    /// Which one of its owner: each browser once.
    #[must_use]
    pub fn id(&self) -> SecretHash {
        self.endpoint.id()
    }

    /// When the row may be forgotten: pages say it again whenever they are opened.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.at + SUBSCRIPTION_LIFE
    }
}

impl Endpoint {
    /// # Errors
    /// `invalid_request` for what is no HTTPS address at one of the browsers' push services.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let plain = text.len() <= ENDPOINT_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let place = text.strip_prefix("https://").filter(|_| plain).and_then(|rest| rest.split_once('/'));
        let known = |host: &str| {
            SERVICES.iter().any(|service| match service.strip_prefix('.') {
                Some(domain) => host.strip_suffix(domain).is_some_and(is_below),
                None => host == *service,
            })
        };
        // A port, a user or anything else beside the name is not known.
        if place.is_some_and(|(host, _)| known(host)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(Code::InvalidRequest, "That is no address at a browser's push service."))
        }
    }

    /// The address as text, for whoever sends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of the push service (RFC 8292 section 2).
    #[must_use]
    pub fn origin(&self) -> &str {
        let path = self.0["https://".len()..].find('/').unwrap_or_default();
        &self.0[..path + "https://".len()]
    }

    /// What stands for the address where it need not be known.
    #[must_use]
    pub fn id(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl BrowserKeys {
    /// # Errors
    /// `invalid_request` for what is no key of 65 bytes and secret of 16, in base64url.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, Refusal> {
        let bare = |text: &str| text.trim_end_matches('=').to_owned();
        let keys = Self { p256dh: bare(p256dh), auth: bare(auth) };
        let plain = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if plain(&keys.p256dh, 87) && plain(&keys.auth, 22) {
            Ok(keys)
        } else {
            Err(Refusal::new(Code::InvalidRequest, "Those are no keys of a push subscription."))
        }
    }
}

impl Call {
    /// What the browsers of who is rung are woken for; nothing for a call that is about to be over.
    #[must_use]
    pub fn wakes_for(&self, now: TimeMs) -> Option<Wake> {
        match self.phase {
            CallPhase::Ringing => self.rings(now).then(|| Wake::Ringing(self.rings_until())),
            CallPhase::Over(CallEnd::TimedOut | CallEnd::Cancelled) => Some(Wake::Missed),
            CallPhase::Answered(_) | CallPhase::Over(CallEnd::Rejected) => Some(Wake::Settled),
        }
    }
}

impl Wake {
    /// How long a push service may keep it for a browser that is not there.
    #[must_use]
    pub fn life(self, now: TimeMs) -> SpanMs {
        match self {
            Self::Ringing(until) => until.since(now),
            Self::Settled => RINGS_FOR,
            Self::Missed => MISSED_IS_NEWS,
        }
    }
}

/// Whether the rest of a host name is one or more labels and the dot after them.
fn is_below(rest: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    rest.len() > 1 && rest.ends_with('.') && rest.bytes().all(plain)
}

/// An address is not for logs.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint")
    }
}

/// Nor are keys.
impl fmt::Debug for BrowserKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserKeys")
    }
}
