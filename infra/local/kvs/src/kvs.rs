//! The service as its owner sees it, and the state that control plane and sockets share.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::Router;
use local_wire::sigv4::Credentials;
use local_wire::{Authorize, Service};
use tokio::sync::mpsc;

use crate::control::{Journal, Registry, Throttle};
use crate::faults::{Fault, Faults};
use crate::limits::Limits;
use crate::relay::Relay;
use crate::service::Control;
use crate::signaling::{ConnectionId, Hub, Output};
use crate::sockets;
use crate::usage::Usage;

/// Frames that may wait for one slow socket; a slower one is closed.
pub(crate) const FRAMES_WAITING_MAX: usize = 1_024;

/// How the service is set up.
#[derive(Clone)]
pub struct Options {
    /// The port of the AWS services on 127.0.0.1, which the endpoints name.
    pub aws_port: u16,
    /// Region of all channels, `us-east-1`.
    pub region: String,
    /// Account of all channels, digits.
    pub account: String,
    /// Folder for the channels; without one they end with the process.
    pub data: Option<PathBuf>,
    /// The keys that presigned URLs of the sockets are checked against.
    pub credentials: Credentials,
    /// The policy check of the sockets; all other calls are checked before they arrive here.
    pub authorize: Authorize,
    /// The TURN server that `GetIceServerConfig` hands out.
    pub relay: Relay,
    /// The quotas.
    pub limits: Limits,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("aws_port", &self.aws_port)
            .field("data", &self.data)
            .field("relay", &self.relay)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
#[error("the channels in {} cannot be used: {source}", folder.display())]
pub struct OpenError {
    folder: PathBuf,
    source: io::Error,
}

/// KVS signaling on one machine. Clones share everything.
#[derive(Debug, Clone)]
pub struct Kvs {
    shared: Arc<Shared>,
}

impl Kvs {
    /// Opens the service, with the channels of its folder.
    ///
    /// # Errors
    /// [`OpenError`] when the folder cannot be read or written, or holds a damaged journal.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let (journal, channels) = match &options.data {
            None => (Journal::none(), vec![]),
            Some(folder) => Journal::open(folder).map_err(|source| OpenError { folder: folder.clone(), source })?,
        };
        let world = World {
            registry: Registry::new(&options.limits, channels),
            throttle: Throttle::new(options.limits.clone()),
            journal,
            hub: Hub::new(options.limits.clone()),
            outbox_by_connection: HashMap::new(),
        };
        Ok(Self { shared: Arc::new(Shared { options, faults: Faults::default(), world: Mutex::new(world) }) })
    }

    /// The service behind the signing name `kinesisvideo`: control plane and `GetIceServerConfig`.
    #[must_use]
    pub fn service(&self) -> Arc<dyn Service> {
        Arc::new(Control { shared: Arc::clone(&self.shared) })
    }

    /// The signaling sockets, `/kvs/{m|v}-xxxxxxxx`, for the router of the AWS port. They check
    /// their presigned query themselves.
    pub fn sockets(&self) -> Router {
        sockets::router(Arc::clone(&self.shared))
    }

    /// What AWS would have metered since start.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.shared.world().hub.usage().clone()
    }

    /// From now on this is wrong with the service.
    pub fn set_fault(&self, fault: Fault) {
        self.shared.faults.set(fault);
    }

    /// What is wrong with the service at present.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.shared.faults.at_present()
    }

    /// How many calls, sockets and messages any fault has struck since start.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.shared.faults.struck()
    }
}

/// What control plane and sockets share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) faults: Faults,
    world: Mutex<World>,
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All state.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) throttle: Throttle,
    pub(crate) journal: Journal,
    pub(crate) hub: Hub,
    pub(crate) outbox_by_connection: HashMap<ConnectionId, mpsc::Sender<Order>>,
}

/// What a socket's task is told.
#[derive(Debug)]
pub(crate) enum Order {
    Send(String),
    Close,
}

impl World {
    /// Hands outputs to the tasks of their sockets. A socket that does not keep up is forgotten;
    /// its task ends with its outbox.
    pub(crate) fn dispatch(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            let (id, order) = match output {
                Output::Send(id, text) => (id, Order::Send(text)),
                Output::Close(id) => (id, Order::Close),
            };
            let last = matches!(order, Order::Close);
            let sent = self.outbox_by_connection.get(&id).is_some_and(|outbox| outbox.try_send(order).is_ok());
            if last || !sent {
                self.forget(id);
            }
        }
    }

    /// A socket is gone, or shall go.
    pub(crate) fn forget(&mut self, id: ConnectionId) {
        self.outbox_by_connection.remove(&id);
        self.hub.closed(id);
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
