//! The event stream: live counters, metric lines of what each batch has added, and what rules of conduct make of it.

use std::collections::BTreeMap;

use aws_lambda_events::kinesis::{KinesisEvent, KinesisEventRecord};
use domain::tally::{Happening, Sequence};
use lambda_runtime::{Error, LambdaEvent};
use ports::{Ambient, Errands, Store};
use protocol::{counted, metrics};
use serde_json::{Value, json};

/// Counts a batch, and lets rules look at it, up to the first record that is no event of ours; that one is told to the
/// event source, which isolates it and hands it to the failure destination. `print` takes the metric lines (CloudWatch's
/// embedded metric format: a line of JSON on standard output), of the stack's namespace.
///
/// # Errors
/// A port failed; the whole batch comes again.
pub async fn handle<W: Store + Errands + Ambient + Sync>(
    world: &W,
    namespace: &str,
    print: impl Fn(&Value),
    event: LambdaEvent<KinesisEvent>,
) -> Result<Value, Error> {
    let mut by_shard: BTreeMap<&str, Vec<(Sequence, Happening)>> = BTreeMap::new();
    let mut clues = Vec::new();
    let mut poison = None;
    for record in &event.payload.records {
        let Some((shard, sequence, happening)) = read(record) else {
            tracing::error!(sequence = record.kinesis.sequence_number, "a record is no event of ours");
            poison = Some(&record.kinesis.sequence_number);
            break;
        };
        by_shard.entry(shard).or_default().push((sequence, happening));
        clues.extend(protocol::clues::read(&record.kinesis.data));
    }
    for (shard, records) in by_shard {
        let added = app::tally(world, shard, &records).await?;
        metrics::batch_lines(&added, namespace, world.now()).iter().for_each(&print);
    }
    app::notice(world, &clues).await?;
    let failures: Vec<Value> = poison.iter().map(|sequence| json!({ "itemIdentifier": sequence })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}

/// The shard, the sequence number and what a record adds. An event id is `<shard>:<sequence number>`.
fn read(record: &KinesisEventRecord) -> Option<(&str, Sequence, Happening)> {
    let (shard, _) = record.event_id.as_deref()?.split_once(':')?;
    let sequence = Sequence::parse(&record.kinesis.sequence_number)?;
    Some((shard, sequence, counted::read(&record.kinesis.data)?))
}
