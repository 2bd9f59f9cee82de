//! Reads all shards of a stream, from its beginning or from now on, for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_kinesis::types::ShardIteratorType;

/// A shard may be read five times a second ("Quotas and limits", Kinesis Data Streams).
const PAUSE: Duration = Duration::from_millis(250);
const RECORDS_MAX: i32 = 1_000;

/// Where reading begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// With everything the stream still holds.
    Oldest,
    /// With what comes now.
    Newest,
}

/// A stream being read.
#[derive(Debug)]
pub(crate) struct Stream {
    client: Client,
    name: String,
    iterator_by_shard: BTreeMap<String, String>,
    finished: BTreeSet<String>,
    caught_up: bool,
}

impl Stream {
    /// Opens a stream at its start or end.
    ///
    /// # Errors
    /// When the stack does not answer or has no such stream.
    pub(crate) async fn open(endpoint: &str, name: &str, start: Start) -> anyhow::Result<Self> {
        let mut stream = Self {
            client: client(endpoint),
            name: name.to_owned(),
            iterator_by_shard: BTreeMap::new(),
            finished: BTreeSet::new(),
            caught_up: false,
        };
        stream.find_shards(start).await?;
        Ok(stream)
    }

    /// The next records, after a short pause when there are none yet.
    ///
    /// # Errors
    /// When the stack no longer answers.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut records = Vec::new();
        self.caught_up = true;
        for (shard, iterator) in std::mem::take(&mut self.iterator_by_shard) {
            let answer = self.client.get_records().shard_iterator(iterator).limit(RECORDS_MAX).send().await;
            let answer = answer.context("the stream can no longer be read: has the local stack been stopped?")?;
            self.caught_up &= answer.millis_behind_latest == Some(0) && answer.records.is_empty();
            records.extend(answer.records.into_iter().map(|record| record.data.into_inner()));
            match answer.next_shard_iterator {
                Some(next) => {
                    self.iterator_by_shard.insert(shard, next);
                }
                None => {
                    self.finished.insert(shard);
                    self.caught_up = false;
                    // Its children begin where it ended.
                    self.find_shards(Start::Oldest).await?;
                }
            }
        }
        if records.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(records)
    }

    /// Whether all that was there has been read, at the last look.
    pub(crate) fn caught_up(&self) -> bool {
        self.caught_up
    }

    async fn find_shards(&mut self, start: Start) -> anyhow::Result<()> {
        let listed = self.client.list_shards().stream_name(&self.name).send().await;
        let shards =
            listed.with_context(|| format!("the stream {} cannot be read", self.name))?.shards.unwrap_or_default();
        for shard in shards.into_iter().map(|shard| shard.shard_id) {
            if self.finished.contains(&shard) || self.iterator_by_shard.contains_key(&shard) {
                continue;
            }
            let kind = match start {
                Start::Oldest => ShardIteratorType::TrimHorizon,
                Start::Newest => ShardIteratorType::Latest,
            };
            let asked =
                self.client.get_shard_iterator().stream_name(&self.name).shard_id(&shard).shard_iterator_type(kind);
            let answer = asked.send().await.with_context(|| format!("the shard {shard} cannot be read"))?;
            let iterator = answer.shard_iterator.with_context(|| format!("the shard {shard} gave no iterator"))?;
            self.iterator_by_shard.insert(shard, iterator);
        }
        Ok(())
    }
}

/// The administrator of a local stack; the key opens nothing else.
fn client(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("AKIDLOCAL", "local", None, None, "the local stack"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}
