//! The quotas of KVS signaling, as data.

use std::time::Duration;

/// Every limit this crate enforces. Numbers are AWS's: "Amazon Kinesis Video Streams with WebRTC
/// service quotas" (`kvswebrtc-limits.html`). A rate is calls per second with a burst of one second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a channel stays `CREATING`, `UPDATING` and `DELETING`. AWS names no number.
    pub settle: Duration,
    /// Channels of the account.
    pub channels_max: usize,
    /// `CreateSignalingChannel`, account.
    pub create_per_second: u32,
    /// `DeleteSignalingChannel`, account.
    pub delete_per_second: u32,
    /// `DeleteSignalingChannel` and `UpdateSignalingChannel`, each channel.
    pub change_channel_per_second: u32,
    /// `DescribeSignalingChannel`, account.
    pub describe_per_second: u32,
    /// `DescribeSignalingChannel`, each channel.
    pub describe_channel_per_second: u32,
    /// `GetSignalingChannelEndpoint`, account.
    pub endpoint_per_second: u32,
    /// `ListSignalingChannels`, account.
    pub list_per_second: u32,
    /// `UpdateSignalingChannel`, account.
    pub update_per_second: u32,
    /// `GetIceServerConfig`, account.
    pub ice_per_second: u32,
    /// `GetIceServerConfig`, each channel.
    pub ice_channel_per_second: u32,
    /// `ConnectAsMaster` and `ConnectAsViewer`, each channel and role.
    pub connects_per_second: u32,
    /// Viewers connected to one channel.
    pub viewers_max: usize,
    /// `SendSdpOffer` and `SendSdpAnswer`, each socket and kind.
    pub sdp_per_second: u32,
    /// `SendIceCandidate`, each socket.
    pub candidates_per_second: u32,
    /// Characters of a message payload, in base64.
    pub payload_chars_max: usize,
    /// Messages that wait for one absent client; the oldest goes first. AWS names no number.
    pub waiting_max: usize,
    /// Life of a socket.
    pub connection_max: Duration,
    /// Time between `GO_AWAY` and the end of a socket.
    pub go_away_grace: Duration,
    /// Silence in both directions after which a socket is closed.
    pub idle_max: Duration,
    /// TURN allocations of one channel.
    pub allocations_max: usize,
    /// Bits a second through one TURN allocation, each direction.
    pub relay_bits_per_second: u32,
    /// Life of TURN credentials.
    pub ice_ttl: Duration,
}

impl Limits {
    /// AWS's quotas without a change.
    #[must_use]
    pub fn production() -> Self {
        Self {
            settle: Duration::from_millis(100),
            channels_max: 10_000,
            create_per_second: 50,
            delete_per_second: 50,
            change_channel_per_second: 5,
            describe_per_second: 300,
            describe_channel_per_second: 5,
            endpoint_per_second: 300,
            list_per_second: 50,
            update_per_second: 50,
            ice_per_second: 100,
            ice_channel_per_second: 5,
            connects_per_second: 3,
            viewers_max: 10,
            sdp_per_second: 5,
            candidates_per_second: 20,
            payload_chars_max: 10_000,
            waiting_max: 2_500,
            connection_max: Duration::from_secs(60 * 60),
            go_away_grace: Duration::from_secs(60),
            idle_max: Duration::from_secs(10 * 60),
            allocations_max: 50,
            relay_bits_per_second: 5_000_000,
            ice_ttl: Duration::from_secs(300),
        }
    }

    /// AWS's quotas, but one machine may pair people faster than 100 calls of
    /// `GetIceServerConfig` a second, a quota that AWS raises on request.
    #[must_use]
    pub fn local() -> Self {
        Self { ice_per_second: 10_000, ..Self::production() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::local()
    }
}
