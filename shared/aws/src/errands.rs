//! Sends errands through their SQS queue.

use ports::{Errands, Error};

use crate::Aws;
use crate::clients::failure;

impl Errands for Aws {
    async fn entrust(&self, message: String) -> Result<(), Error> {
        let sent = self.sqs().send_message().queue_url(&self.place.errand_queue).message_body(message);
        let sent = sent.send().await.map_err(|error| failure("errands", &error))?;
        // In the span of who asks: it leads from their trace to the courier's lines.
        tracing::info!(errand = sent.message_id(), "entrusted");
        Ok(())
    }
}
