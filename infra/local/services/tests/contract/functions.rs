//! Functions that remember their events and answer as a test wants.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_wire::{Functions, InvokeError};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

type Answer = Box<dyn Fn(usize, &Value) -> Result<Value, InvokeError> + Send + Sync>;

pub struct Recorded {
    answer: Answer,
    /// How long each invocation takes.
    pub takes: Duration,
    events: Mutex<Vec<(Instant, Value)>>,
    running: Mutex<(usize, usize)>,
    invoked: Notify,
}

impl Recorded {
    /// `answer` gets the number of the invocation, from 0, and its event.
    pub fn answering(answer: impl Fn(usize, &Value) -> Result<Value, InvokeError> + Send + Sync + 'static) -> Self {
        Self {
            answer: Box::new(answer),
            takes: Duration::ZERO,
            events: Mutex::default(),
            running: Mutex::default(),
            invoked: Notify::new(),
        }
    }

    /// Waits until there have been as many invocations.
    pub async fn invocations(&self, count: usize) -> Vec<Value> {
        let enough = async {
            loop {
                let invoked = self.invoked.notified();
                if self.events.lock().unwrap().len() >= count {
                    return;
                }
                invoked.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough).await.expect("too few invocations");
        self.so_far()
    }

    pub fn so_far(&self) -> Vec<Value> {
        self.events.lock().unwrap().iter().map(|(_, event)| event.clone()).collect()
    }

    pub fn at(&self, index: usize) -> Instant {
        self.events.lock().unwrap()[index].0
    }

    pub fn most_at_once(&self) -> usize {
        self.running.lock().unwrap().1
    }
}

impl Functions for Recorded {
    fn invoke(&self, _function: &str, payload: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>> {
        Box::pin(async move {
            let event: Value = serde_json::from_slice(&payload).unwrap();
            let number = {
                let mut events = self.events.lock().unwrap();
                events.push((Instant::now(), event.clone()));
                events.len() - 1
            };
            {
                let mut running = self.running.lock().unwrap();
                running.0 += 1;
                running.1 = running.1.max(running.0);
            }
            self.invoked.notify_waiters();
            tokio::time::sleep(self.takes).await;
            self.running.lock().unwrap().0 -= 1;
            (self.answer)(number, &event).map(|answer| Bytes::from(answer.to_string()))
        })
    }
}

pub fn failure() -> InvokeError {
    InvokeError::Function { kind: "Boom".to_owned(), message: "it went wrong".to_owned() }
}

/// One member of every record of an event.
pub fn of_records(event: &Value, pointer: &str) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}
