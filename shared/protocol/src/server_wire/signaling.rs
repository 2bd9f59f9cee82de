//! Offers, answers and candidates, and the ways that they take, as they stand on the wire.

use serde::Serialize;

/// Where something happens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    SessionId(String),
    RoomId(String),
}

/// An offer, an answer or a candidate in its envelope.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Signaled<T> {
    #[serde(flatten)]
    pub place: Place,
    pub from: String,
    pub epoch: u32,
    pub n: u32,
    pub data: T,
}

/// How to signal, by `transport`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(tag = "transport", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SignalingGrant {
    Kvs {
        channel_arn: String,
        region: String,
        channel_endpoint: String,
        role: KvsRole,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional))]
        client_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "contract", ts(optional))]
        peer_client_id: Option<String>,
        url: String,
        #[cfg_attr(feature = "contract", ts(type = "number"))]
        expires_in: u64,
    },
    Relay,
}

/// The roles of a KVS channel, in AWS's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(rename_all = "UPPERCASE")]
pub enum KvsRole {
    Master,
    Viewer,
}

/// The common part of an offer, an answer and a candidate.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub place: Place,
    pub from: String,
    pub epoch: u32,
    pub n: u32,
}

impl Envelope {
    /// Puts the envelope around its content.
    pub fn around<T>(self, data: T) -> Signaled<T> {
        Signaled { place: self.place, from: self.from, epoch: self.epoch, n: self.n, data }
    }
}
