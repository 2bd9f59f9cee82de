//! Asks stream and queues for no more than that they are there.

use aws_sdk_sqs::types::QueueAttributeName;
use ports::{Error, Probes};

use crate::Aws;
use crate::clients::failure;

impl Probes for Aws {
    /// `ListShards` may be called 1,000 times a second, `DescribeStreamSummary` 20 times.
    async fn stream_is_there(&self) -> Result<(), Error> {
        let asked = self.kinesis().list_shards().stream_name(&self.place.event_stream).max_results(1);
        asked.send().await.map(|_| ()).map_err(|error| failure("stream", &error))
    }

    async fn timers_are_there(&self) -> Result<(), Error> {
        self.queue_is_there("timers", &self.place.clock_queue).await
    }

    async fn errands_are_there(&self) -> Result<(), Error> {
        self.queue_is_there("errands", &self.place.errand_queue).await
    }
}

impl Aws {
    async fn queue_is_there(&self, port: &'static str, url: &str) -> Result<(), Error> {
        let asked = self.sqs().get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::QueueArn);
        asked.send().await.map(|_| ()).map_err(|error| failure(port, &error))
    }
}
