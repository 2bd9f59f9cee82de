//! Who may use the relay.

use std::net::SocketAddr;
use std::sync::Arc;

use turn::Error;
use turn::auth::{AuthHandler, generate_auth_key};

use super::REALM;
use super::ledger::Ledger;
use crate::kvs::now_ms;
use crate::relay::{password, read_username};

/// Gives the crate the key that a request must be signed with.
pub(super) struct Auth {
    pub(super) secret: String,
    pub(super) ledger: Arc<Ledger>,
}

impl AuthHandler for Auth {
    fn auth_handle(&self, username: &str, _realm: &str, _from: SocketAddr) -> Result<Vec<u8>, Error> {
        let known = read_username(username).filter(|(expires_at_s, _)| now_ms() / 1000 < *expires_at_s);
        let (_, holder) = known.ok_or(Error::ErrNoSuchUser)?;
        self.ledger.asks(holder);
        Ok(generate_auth_key(username, REALM, &password(&self.secret, username)))
    }
}
