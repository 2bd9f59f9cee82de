//! The open connections of a WebSocket API.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::clock;

/// Messages that may wait for one slow client; more give 429, as AWS's client buffer does.
const QUEUE_MAX: usize = 128;

/// The step in which messages are billed ("Amazon API Gateway pricing").
const MESSAGE_STEP_BYTES: usize = 32 * 1024;

/// What a connection is told to do.
#[derive(Debug)]
pub enum Order {
    /// Send a text.
    Send(String),
    /// Close with a status code and a reason.
    Close(u16, &'static str),
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// When `$connect` had succeeded, Unix ms.
    pub connected_at_ms: u64,
    /// The address it comes from.
    pub source: IpAddr,
    /// `User-Agent` of the upgrade, when there was one.
    pub user_agent: Option<String>,
    last_active_at_ms: AtomicU64,
    orders: mpsc::Sender<Order>,
}

/// Why something cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// There is no such connection any more.
    Gone,
    /// The client does not read what it gets.
    Full,
}

impl Connection {
    /// A connection, and what it is told to do.
    pub fn new(
        id: String,
        source: IpAddr,
        user_agent: Option<String>,
        at_ms: u64,
    ) -> (Arc<Self>, mpsc::Receiver<Order>) {
        let (orders, received) = mpsc::channel(QUEUE_MAX);
        let last_active_at_ms = AtomicU64::new(at_ms);
        (Arc::new(Self { id, connected_at_ms: at_ms, source, user_agent, last_active_at_ms, orders }), received)
    }

    /// Notes a sign of life, in either direction.
    pub fn touch(&self) {
        self.last_active_at_ms.store(clock::now_ms(), Ordering::Relaxed);
    }

    /// When it was last active, Unix ms.
    pub fn last_active_at_ms(&self) -> u64 {
        self.last_active_at_ms.load(Ordering::Relaxed)
    }

    fn open_for_ms(&self) -> u64 {
        clock::now_ms().saturating_sub(self.connected_at_ms)
    }

    /// Queues an order.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn order(&self, order: Order) -> Result<(), Unsent> {
        self.orders.try_send(order).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Unsent::Full,
            mpsc::error::TrySendError::Closed(_) => Unsent::Gone,
        })
    }
}

/// All connections of one API by id.
#[derive(Debug, Default)]
pub struct Hub {
    connections: Mutex<HashMap<String, Arc<Connection>>>,
    messages: AtomicU64,
    /// How long those that are gone were open.
    closed_ms: AtomicU64,
}

impl Hub {
    /// From now on the connection can be posted to.
    pub fn add(&self, connection: &Arc<Connection>) {
        self.connections().insert(connection.id.clone(), Arc::clone(connection));
    }

    /// From now on it is gone.
    pub fn remove(&self, id: &str) {
        if let Some(gone) = self.connections().remove(id) {
            self.closed_ms.fetch_add(gone.open_for_ms(), Ordering::Relaxed);
        }
    }

    /// An open connection.
    pub fn find(&self, id: &str) -> Option<Arc<Connection>> {
        self.connections().get(id).cloned()
    }

    /// Counts a message, in either direction, as it is billed: in steps of 32 KB.
    pub fn meter(&self, bytes: usize) {
        self.messages.fetch_add(bytes.div_ceil(MESSAGE_STEP_BYTES).max(1) as u64, Ordering::Relaxed);
    }

    /// Messages counted so far.
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    /// How long connections were open so far, those that are open still among them.
    pub fn open_for(&self) -> Duration {
        let open: u64 = self.connections().values().map(|connection| connection.open_for_ms()).sum();
        Duration::from_millis(open + self.closed_ms.load(Ordering::Relaxed))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.connections().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<String, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
