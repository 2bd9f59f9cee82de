//! The operations of the SQS API.

mod batch;
mod queues;
mod receive;
mod send;

use local_wire::Refusal;
use serde::Deserialize;

use super::no_queue;

/// Entries of one batch request.
const ENTRIES_MAX: usize = 10;

/// A queue by its URL.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sqs) struct Named {
    queue_url: String,
}

impl Named {
    /// The last part of the URL; host and account are not looked at.
    fn name(&self) -> Result<&str, Refusal> {
        self.queue_url.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(no_queue)
    }
}
