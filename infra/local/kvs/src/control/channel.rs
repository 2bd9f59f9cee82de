//! One signaling channel.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is kept of a channel, also on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created_at_ms: u64,
    pub(crate) message_ttl_s: u32,
    pub(crate) version: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<(String, String)>,
    #[serde(skip)]
    pub(crate) phase: Phase,
}

/// A change that takes its time, and until when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    Settled,
    Creating {
        until_ms: u64,
    },
    Updating {
        until_ms: u64,
    },
    Deleting {
        until_ms: u64,
    },
}

/// `ChannelStatus` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Creating,
    Active,
    Updating,
    Deleting,
}

impl Channel {
    /// The status at a time; `None` once a deleted channel is gone.
    pub(crate) fn status(&self, now_ms: u64) -> Option<Status> {
        match self.phase {
            Phase::Creating { until_ms } if now_ms < until_ms => Some(Status::Creating),
            Phase::Updating { until_ms } if now_ms < until_ms => Some(Status::Updating),
            Phase::Deleting { until_ms } if now_ms < until_ms => Some(Status::Deleting),
            Phase::Deleting { .. } => None,
            Phase::Settled | Phase::Creating { .. } | Phase::Updating { .. } => Some(Status::Active),
        }
    }

    /// The eight hexadecimal digits of the channel's endpoints, the same after every restart.
    pub(crate) fn endpoint_id(&self) -> String {
        endpoint_id(&self.arn)
    }
}

pub(crate) fn endpoint_id(arn: &str) -> String {
    Sha256::digest(arn).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        })
    }
}
