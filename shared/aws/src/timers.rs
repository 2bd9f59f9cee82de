//! Sends timer messages through the SQS delay queue.

use domain::time::SpanMs;
use ports::{Error, Timers};

use crate::Aws;
use crate::clients::failure;

/// SQS delays a message by at most this many seconds (`SendMessage`, `DelaySeconds`).
const DELAY_SECONDS_MAX: u64 = 900;

impl Timers for Aws {
    async fn send(&self, message: String, delay: SpanMs) -> Result<(), Error> {
        let seconds = i32::try_from(delay.whole_seconds_up().min(DELAY_SECONDS_MAX)).unwrap_or_default();
        let sent =
            self.sqs().send_message().queue_url(&self.place.clock_queue).message_body(message).delay_seconds(seconds);
        sent.send().await.map(|_| ()).map_err(|error| failure("timers", &error))
    }
}
