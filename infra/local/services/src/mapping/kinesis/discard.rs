//! What a failure destination is told of records that were given up.

use serde_json::{Value, json};

use super::Reader;
use crate::clock;
use crate::kinesis::{Kinesis, Record, ShardOfStream};
use crate::sqs::NewMessage;

/// Why records were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    RetryAttemptsExhausted {
        /// The last invocation failed, rather than reporting failed items.
        threw: bool,
    },
    RecordAgeExceeded,
}

/// Sends the metadata of the records to the destination, if there is one; the records themselves
/// stay in the stream until it trims them.
pub(super) fn tell(reader: &Reader, shard: &ShardOfStream, records: &[Record], condition: Condition, invocations: u32) {
    tracing::warn!(mapping = reader.mapping, shard = shard.id, records = records.len(), ?condition, "records given up");
    let (Some(queue), Some(body)) =
        (&reader.spec.on_failure, body(reader, shard, records, condition, invocations, clock::now_ms()))
    else {
        return;
    };
    let message = NewMessage {
        body: body.to_string(),
        sender_id: format!("AROALOCAL:{}", reader.spec.function),
        ..NewMessage::default()
    };
    if let Err(refusal) = reader.sqs.send(queue, message) {
        tracing::error!(queue, reason = refusal.message, "the failure destination took no message");
    }
}

/// "Example invocation record" of "Retain discarded batch records for a Kinesis Data Streams event
/// source in Lambda".
fn body(
    reader: &Reader,
    shard: &ShardOfStream,
    records: &[Record],
    condition: Condition,
    invocations: u32,
    now_ms: u64,
) -> Option<Value> {
    let (first, last) = (records.first()?, records.last()?);
    let (name, threw) = match condition {
        Condition::RetryAttemptsExhausted { threw } => ("RetryAttemptsExhausted", threw),
        Condition::RecordAgeExceeded => ("RecordAgeExceeded", invocations > 0),
    };
    let mut body = json!({
        "requestContext": {
            "requestId": uuid::Uuid::new_v4().to_string(),
            "functionArn": reader.spec.function_arn,
            "condition": name,
            "approximateInvokeCount": invocations,
        },
        "version": "1.0",
        "timestamp": clock::iso8601(now_ms),
        "KinesisBatchInfo": {
            "shardId": shard.id,
            "startSequenceNumber": shard.sequence_number(first.position),
            "endSequenceNumber": shard.sequence_number(last.position),
            "approximateArrivalOfFirstRecord": clock::iso8601(first.arrived_at_ms),
            "approximateArrivalOfLastRecord": clock::iso8601(last.arrived_at_ms),
            "batchSize": records.len(),
            "streamArn": Kinesis::arn(&reader.spec.stream),
        },
    });
    if invocations > 0 {
        let error = threw.then_some("Unhandled");
        body["responseContext"] = json!({"statusCode": 200, "executedVersion": "$LATEST", "functionError": error});
    }
    Some(body)
}
