//! The pool of KVS signaling channels: leased to one session at a time, resting in between.

use crate::id::{ChannelId, PeerId, SessionId};
use crate::limits::{CHANNEL_COOL_DOWN, CHANNEL_LEASE_SLACK};
use crate::row::Version;
use crate::time::TimeMs;

/// A channel of the pool. A lease ends by itself, so that a lost release costs rest, never a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name, used once: KVS keeps state of a name that is created again.
    pub id: ChannelId,
    /// The fence of every lease.
    pub version: Version,
    /// Where it is.
    pub endpoints: Endpoints,
    /// From when it may be leased.
    pub free_at: TimeMs,
    /// The last session that leased it.
    pub leased_to: Option<SessionId>,
}

/// What `GetSignalingChannelEndpoint` told once; it stays the same for a channel's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// `arn:aws:kinesisvideo:REGION:ACCOUNT:channel/NAME/CREATION_MS`.
    pub arn: String,
    /// The AWS region.
    pub region: String,
    /// `wss://m-...`, where a MASTER connects.
    pub master_wss: String,
    /// `wss://v-...`, where a VIEWER connects.
    pub viewer_wss: String,
    /// `https://r-...`, for `GetIceServerConfig`.
    pub https: String,
}

/// A channel while a session uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelLease {
    /// Which.
    pub channel: ChannelId,
    /// The channel's version while this lease holds.
    pub fence: Version,
    /// Where it is.
    pub endpoints: Endpoints,
    /// The viewer's client id, unguessable and new for each session; the master heeds no other.
    pub viewer_client: PeerId,
}

impl Channel {
    /// Whether it may be leased.
    #[must_use]
    pub fn is_free(&self, now: TimeMs) -> bool {
        self.free_at <= now
    }

    /// The channel leased to a session that ends by `last_end`, extensions included.
    #[must_use]
    pub fn leased(&self, session: &SessionId, last_end: TimeMs) -> Self {
        Self {
            version: self.version.next(),
            free_at: last_end + CHANNEL_LEASE_SLACK + CHANNEL_COOL_DOWN,
            leased_to: Some(session.clone()),
            ..self.clone()
        }
    }

    /// The channel given back by the session that holds the lease with this fence, if it still does.
    #[must_use]
    pub fn released(&self, fence: Version, now: TimeMs) -> Option<Self> {
        let rested_at = now + CHANNEL_COOL_DOWN;
        let holds = self.version == fence && self.leased_to.is_some() && rested_at < self.free_at;
        holds.then(|| Self { version: self.version.next(), free_at: rested_at, leased_to: None, ..self.clone() })
    }
}
