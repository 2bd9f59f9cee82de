//! Appends to the Kinesis stream.

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use ports::{Error, Journal, Record};

use crate::Aws;
use crate::clients::failure;

/// A record that Kinesis refuses (each shard takes 1,000 a second) is sent again at most this often.
const TRIES: usize = 3;

impl Journal for Aws {
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        let mut left = records.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        for _ in 0..TRIES {
            let sent =
                self.kinesis().put_records().stream_name(&self.place.event_stream).set_records(Some(left.clone()));
            let answer = sent.send().await.map_err(|error| failure("stream", &error))?;
            // Only the refused ones go again: the others are on the stream already.
            left = left
                .into_iter()
                .zip(answer.records())
                .filter(|(_, result)| result.error_code().is_some())
                .map(|(entry, _)| entry)
                .collect();
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(Error::Throttled { port: "stream" })
    }
}

fn entry(record: Record) -> Result<PutRecordsRequestEntry, Error> {
    PutRecordsRequestEntry::builder()
        .partition_key(record.partition_key)
        .data(Blob::new(record.json))
        .build()
        .map_err(|error| Error::Failed { port: "stream", why: error.to_string() })
}
