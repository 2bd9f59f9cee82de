//! What a deployment chooses.

use std::sync::Arc;

use domain::limits::{METRICS_TOKEN_BYTES_MIN, SESSION_DEFAULT};
use domain::notice::IceServer;
use domain::pool::PoolSizes;
use domain::quota::{CHOSEN_DEFAULT, Chosen, Quota};
use domain::time::SpanMs;
use protocol::evidence::EvidenceKeys;
use subtle::ConstantTimeEq;

use crate::Turn;
use crate::edge::OriginSecrets;
use crate::limit::Pacer;

/// A deployment's choices, read once at start, and what this instance knows of the limits.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a meeting lasts.
    pub session_length: SpanMs,
    /// STUN and TURN servers that are offered besides those of KVS.
    pub ice_servers: Vec<IceServer>,
    /// Our own TURN servers, if there are some.
    pub turn: Option<Turn>,
    /// How many sign-ins one network may make in a minute.
    pub logins_per_minute: u32,
    /// How many devices one network is given in an hour.
    pub new_devices_per_hour: u32,
    /// How many channels the pool holds.
    pub pool: PoolSizes,
    /// What the names of the pool's channels begin with.
    pub channel_prefix: String,
    /// Which version of the terms people must have agreed to before a call; 0 asks nobody.
    pub terms: u32,
    /// What seals the evidence of reports, for who answers moderators.
    pub evidence_keys: Option<EvidenceKeys>,
    /// By which browsers know our pushes: the public half of the deployment's key, base64url.
    pub push_key: String,
    /// What opens the metrics.
    pub metrics_token: MetricsToken,
    /// What requests that have come by the edge show.
    pub origin_secrets: OriginSecrets,
    /// Origins from which pages may come; the first is the public one.
    pub origins: Vec<String>,
    /// What this instance has taken from the counters of limits.
    pub pacer: Arc<Pacer>,
}

/// The secret of who reads the metrics. An empty one opens nothing.
#[derive(Clone, Default)]
pub struct MetricsToken(String);

impl MetricsToken {
    /// The deployment's, as its parameter holds it.
    #[must_use]
    pub fn of(parameter: &str) -> Self {
        Self(parameter.trim().to_owned())
    }

    /// Whether this is the secret; how long that takes tells nothing of it but its length.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        let is_long_enough = self.0.len() >= METRICS_TOKEN_BYTES_MIN;
        is_long_enough && bool::from(self.0.as_bytes().ct_eq(shown.as_bytes()))
    }
}

impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MetricsToken")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_length: SESSION_DEFAULT,
            ice_servers: Vec::new(),
            turn: None,
            logins_per_minute: CHOSEN_DEFAULT.logins_per_minute,
            new_devices_per_hour: CHOSEN_DEFAULT.new_devices_per_hour,
            pool: PoolSizes::new(8, 8),
            channel_prefix: "pool-".into(),
            terms: 0,
            evidence_keys: None,
            push_key: String::new(),
            metrics_token: MetricsToken::default(),
            origin_secrets: OriginSecrets::default(),
            origins: vec!["https://speed.example".into()],
            pacer: Arc::default(),
        }
    }
}

impl Settings {
    /// A quota as this deployment has it.
    #[must_use]
    pub fn chosen(&self, quota: Quota) -> Quota {
        let (logins_per_minute, new_devices_per_hour) = (self.logins_per_minute, self.new_devices_per_hour);
        quota.chosen(Chosen { logins_per_minute, new_devices_per_hour })
    }

    /// Where people find the page: the public origin.
    #[must_use]
    pub fn home(&self) -> &str {
        self.origins.first().map(String::as_str).unwrap_or_default()
    }

    /// Where pages open their socket: the public origin's `/ws`.
    #[must_use]
    pub fn socket_url(&self) -> String {
        let origin = self.home();
        let socket = origin.strip_prefix("https://").map(|host| format!("wss://{host}"));
        let socket = socket.or_else(|| origin.strip_prefix("http://").map(|host| format!("ws://{host}")));
        format!("{}/ws", socket.unwrap_or_default())
    }

    /// Whether this is our own page's origin: the only one that may use a cookie.
    #[must_use]
    pub fn is_home(&self, origin: &str) -> bool {
        !self.origins.is_empty() && origin == self.home()
    }

    /// Whether pages of this origin may open a socket.
    #[must_use]
    pub fn allows_origin(&self, origin: Option<&str>) -> bool {
        origin.is_some_and(|origin| self.origins.iter().any(|allowed| allowed == origin))
    }
}
