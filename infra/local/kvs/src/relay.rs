//! What `GetIceServerConfig` hands out: where the relay is, and the secret it shares with us.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// A TURN server that takes credentials of the "REST API for access to TURN services"
/// (draft-uberti-behave-turn-rest): our own, or coturn with `use-auth-secret`.
#[derive(Clone)]
pub struct Relay {
    /// `turn:127.0.0.1:3478?transport=udp`, as browsers take it.
    pub urls: Vec<String>,
    /// The secret that passwords are made with.
    pub secret: String,
}

impl Relay {
    /// User name and password for a channel, valid up to a time in seconds since 1970.
    #[must_use]
    pub fn credentials(&self, channel_arn: &str, expires_at_s: u64) -> (String, String) {
        let username = format!("{expires_at_s}:{}", BASE64_STANDARD.encode(format!("v1:{channel_arn}")));
        let password = password(&self.secret, &username);
        (username, password)
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// base64(HMAC-SHA1(secret, user name)).
pub(crate) fn password(secret: &str, username: &str) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    BASE64_STANDARD.encode(mac.chain_update(username).finalize().into_bytes())
}

/// Whose allocations are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A channel of KVS: the user name is one that [`Relay::credentials`] made.
    Channel(String),
    /// Whoever else shares the secret made a name of their own, as for coturn.
    Name(String),
}

/// The end of a user name in seconds since 1970, and who holds what is allocated by it.
pub(crate) fn read_username(username: &str) -> Option<(u64, Holder)> {
    let (expires_at_s, rest) = username.split_once(':').filter(|(_, rest)| !rest.is_empty())?;
    let text = BASE64_STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let channel = text.as_deref().and_then(|text| text.strip_prefix("v1:"));
    let holder = channel.map_or_else(|| Holder::Name(rest.to_owned()), |channel| Holder::Channel(channel.to_owned()));
    Some((expires_at_s.parse().ok()?, holder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_shaped_as_on_aws_and_verify_as_on_coturn() {
        let relay = Relay { urls: vec![], secret: "north".to_owned() };
        let arn = "arn:aws:kinesisvideo:us-east-1:123456789012:channel/pool-001/1700000000000";
        let (username, password) = relay.credentials(arn, 1_700_000_300);
        assert_eq!(username, format!("1700000300:{}", BASE64_STANDARD.encode(format!("v1:{arn}"))));
        // printf '%s' "$username" | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(password, "q5GrMzDChnxAdUv7Dxyy7FIUcAE=");
        assert_eq!(read_username(&username), Some((1_700_000_300, Holder::Channel(arn.to_owned()))));
    }

    #[test]
    fn names_of_others_end_too_and_what_does_not_end_is_no_name() {
        for name in ["0E1R71R70E1R71R70E1R71R70E", "YQ==", "*"] {
            let wanted = Some((1_700_000_300, Holder::Name(name.to_owned())));
            assert_eq!(read_username(&format!("1700000300:{name}")), wanted);
        }
        for text in ["", "1700000300", "1700000300:", "x:djE6YQ==", ":name", "-1:name"] {
            assert_eq!(read_username(text), None, "{text}");
        }
    }

    #[test]
    fn no_secret_is_shown_when_a_relay_is_printed() {
        let relay = Relay { urls: vec!["turn:a".to_owned()], secret: "north".to_owned() };
        assert_eq!(format!("{relay:?}"), r#"Relay { urls: ["turn:a"], .. }"#);
    }
}
