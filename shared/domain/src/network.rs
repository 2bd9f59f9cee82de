//! The network that an address belongs to: what limits count by, for one home has one IPv4 address or one /64 of IPv6.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use crate::id::Token;

/// An IPv4 address, or the first 64 bits of an IPv6 one (RFC 6177: a site has at least a /64 to itself).
#[derive(Clone, PartialEq, Eq)]
pub struct Network(Token);

impl Network {
    /// The network of a viewer as the edge names it. All whom it does not name, or names unintelligibly, are one.
    #[must_use]
    pub fn of(viewer: Option<&str>) -> Self {
        let named =
            match viewer.and_then(|text| text.trim().parse::<IpAddr>().ok()).map(|address| address.to_canonical()) {
                Some(IpAddr::V4(address)) => address.to_string(),
                Some(IpAddr::V6(address)) => {
                    let [a, b, c, d, ..] = address.segments();
                    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
                }
                None => "unknown".to_owned(),
            };
        Self(Token::derived(&["network", &named]))
    }

    /// What stands for it in a limit's key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// An address is not for logs, and what is derived from four bytes could be guessed.
impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}
