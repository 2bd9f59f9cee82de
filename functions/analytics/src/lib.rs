//! The event stream: live counters, and one metric line per event type and batch.

use std::collections::BTreeMap;

use aws_lambda_events::kinesis::{KinesisEvent, KinesisEventRecord};
use domain::tally::Sequence;
use domain::time::TimeMs;
use lambda_runtime::{Error, LambdaEvent};
use ports::{Ambient, Store};
use protocol::event;
use serde_json::{Value, json};

/// Counts a batch up to the first record that is no event of ours; that one is told to the event source, which
/// isolates it and hands it to the failure destination. `print` takes the metric lines (CloudWatch's embedded metric
/// format: a line of JSON on standard output).
///
/// # Errors
/// A port failed; the whole batch comes again.
pub async fn handle<W: Store + Ambient + Sync>(
    world: &W,
    print: impl Fn(&Value),
    event: LambdaEvent<KinesisEvent>,
) -> Result<Value, Error> {
    let mut by_shard: BTreeMap<&str, Vec<(Sequence, &str)>> = BTreeMap::new();
    let mut poison = None;
    for record in &event.payload.records {
        let Some((shard, sequence, kind)) = read(record) else {
            tracing::error!(sequence = record.kinesis.sequence_number, "a record is no event of ours");
            poison = Some(&record.kinesis.sequence_number);
            break;
        };
        by_shard.entry(shard).or_default().push((sequence, kind));
    }
    for (shard, records) in by_shard {
        for (kind, number) in app::tally(world, shard, &records).await? {
            print(&metric(&kind, number, world.now()));
        }
    }
    let failures: Vec<Value> = poison.iter().map(|sequence| json!({ "itemIdentifier": sequence })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}

/// The shard, the sequence number and the type of a record. An event id is `<shard>:<sequence number>`.
fn read(record: &KinesisEventRecord) -> Option<(&str, Sequence, &'static str)> {
    let (shard, _) = record.event_id.as_deref()?.split_once(':')?;
    let sequence = Sequence::parse(&record.kinesis.sequence_number)?;
    Some((shard, sequence, event::kind(&record.kinesis.data)?))
}

fn metric(kind: &str, number: u64, now: TimeMs) -> Value {
    json!({
        "_aws": {
            "Timestamp": now.0,
            "CloudWatchMetrics": [{
                "Namespace": "SpeedConnect",
                "Dimensions": [["Event"]],
                "Metrics": [{ "Name": "Events", "Unit": "Count" }],
            }],
        },
        "Event": kind,
        "Events": number,
    })
}
