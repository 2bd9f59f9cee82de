//! X-Ray's daemon, which Lambda runs beside each function: takes what functions tell of their invocations, and keeps the latest
//! ("Sending segment documents to the X-Ray daemon", X-Ray Developer Guide).
//!
//! Not imitated: Lambda's own segments, sampling rules (every invocation of a function with `Tracing: Active` is sampled), the
//! X-Ray API.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What goes into one datagram (RFC 768).
const DATAGRAM_MAX_BYTES: usize = 65_507;
/// So many subsegments are kept.
const KEPT: usize = 2_000;

type Documents = Mutex<VecDeque<Value>>;

/// The daemon, and what it was told. It ends when this is dropped.
#[derive(Debug)]
pub struct Traces {
    /// Where it listens.
    pub address: SocketAddr,
    documents: Arc<Documents>,
    work: JoinHandle<()>,
}

impl Traces {
    /// Listens on a port of its own.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> std::io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let documents = Arc::<Documents>::default();
        let address = socket.local_addr()?;
        Ok(Self { address, documents: Arc::clone(&documents), work: tokio::spawn(listen(socket, documents)) })
    }

    /// By X-Ray's trace, what was told of it; only what has this value among its annotations, if one is given.
    pub fn to_json(&self, value: Option<&str>) -> Value {
        let mut by_trace: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let has = |document: &Value| {
            let annotations = document["annotations"].as_object();
            value.is_none_or(|value| annotations.is_some_and(|all| all.values().any(|one| one == value)))
        };
        for document in locked(&self.documents).iter().filter(|document| has(document)) {
            let trace = document["trace_id"].as_str().unwrap_or_default().to_owned();
            by_trace.entry(trace).or_default().push(document.clone());
        }
        json!(by_trace)
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn listen(socket: UdpSocket, documents: Arc<Documents>) {
    let mut buffer = vec![0; DATAGRAM_MAX_BYTES];
    loop {
        // An error of one datagram is not the end.
        let Ok(length) = socket.recv(&mut buffer).await else { continue };
        // A header stands before the document.
        let told = buffer[..length].split(|byte| *byte == b'\n').nth(1);
        if let Some(document) = told.and_then(|document| serde_json::from_slice(document).ok()) {
            let mut documents = locked(&documents);
            documents.push_back(document);
            let surplus = documents.len().saturating_sub(KEPT);
            documents.drain(..surplus);
        }
    }
}

fn locked(documents: &Documents) -> MutexGuard<'_, VecDeque<Value>> {
    documents.lock().unwrap_or_else(PoisonError::into_inner)
}
