//! TURN and STUN over UDP on loopback: the crate `turn` with our credentials and our relay sockets.
//!
//! Credentials are those of [`Relay`], or others made with its secret: they are checked on every request, so a refresh
//! after their end fails, as the five minutes of KVS ("credential life") say. The relay sockets are bound to
//! 127.0.0.1 and exchange datagrams with 127.0.0.0/8 only: the browsers of one machine reach each
//! other, nobody else is reached. The crate grants permissions for other peers (it offers no hook
//! there), but not one datagram goes to them or comes from them: what infra/coturn denies is denied here,
//! and this machine's other addresses besides. Loopback itself cannot be, it is where all the
//! peers are; a server that faces the internet must deny it.

mod auth;
mod ledger;
mod socket;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use turn::server::Server;
use turn::server::config::{ConnConfig, ServerConfig};

use crate::limits::Limits;
use crate::relay::Relay;
use auth::Auth;
use ledger::Ledger;
use socket::Relays;

pub use ledger::TurnUsage;

/// How the TURN server is set up.
#[derive(Clone)]
pub struct TurnOptions {
    /// UDP port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// The secret that passwords are made with; `None` makes a random one.
    pub secret: Option<String>,
    /// Allocations of a channel and bits a second of an allocation.
    pub limits: Limits,
}

impl fmt::Debug for TurnOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnOptions").field("port", &self.port).finish_non_exhaustive()
    }
}

/// Why the TURN server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The port cannot be bound.
    #[error("UDP port {port} of 127.0.0.1 cannot be used for TURN: {source}; choose another one")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("no random numbers for the TURN secret: {0}")]
    Random(getrandom::Error),
    /// The crate refuses the configuration.
    #[error("TURN cannot start: {0}")]
    Start(turn::Error),
}

/// A running TURN server. It ends with [`Turn::stop`], or with the runtime.
pub struct Turn {
    server: Server,
    address: SocketAddr,
    relay: Relay,
    ledger: Arc<Ledger>,
}

impl Turn {
    /// Binds the port and serves.
    ///
    /// # Errors
    /// [`TurnError`], a line for people.
    pub async fn start(options: TurnOptions) -> Result<Self, TurnError> {
        let port = options.port;
        let bind = |source| TurnError::Bind { port, source };
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(bind)?;
        let address = socket.local_addr().map_err(bind)?;
        let secret = options.secret.map_or_else(random_secret, Ok)?;
        let ledger = Arc::new(Ledger::default());
        let conn_config = ConnConfig {
            conn: Arc::new(socket),
            relay_addr_generator: Box::new(Relays { ledger: Arc::clone(&ledger), limits: options.limits }),
        };
        let config = ServerConfig {
            conn_configs: vec![conn_config],
            realm: REALM.to_owned(),
            auth_handler: Arc::new(Auth { secret: secret.clone(), ledger: Arc::clone(&ledger) }),
            // Zero means the ten minutes of RFC 8656, section 12.
            channel_bind_timeout: Duration::ZERO,
            alloc_close_notify: None,
        };
        let server = Server::new(config).await.map_err(TurnError::Start)?;
        let relay = Relay { urls: vec![format!("turn:{address}?transport=udp")], secret };
        Ok(Self { server, address, relay, ledger })
    }

    /// Where it listens, for both `turn:` and `stun:`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What `GetIceServerConfig` has to hand out for this server.
    #[must_use]
    pub fn relay(&self) -> Relay {
        self.relay.clone()
    }

    /// What AWS would have metered since start.
    #[must_use]
    pub fn usage(&self) -> TurnUsage {
        self.ledger.usage()
    }

    /// Closes all allocations and the port.
    pub async fn stop(self) {
        // The only error is that it is closed already.
        let _ = self.server.close().await;
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Clients take the realm from the server's first answer.
const REALM: &str = "kinesisvideo.local";

fn random_secret() -> Result<String, TurnError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(TurnError::Random)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
