//! The event of a batch: "Example Kinesis record event" of "Using Lambda with Kinesis Data Streams".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::KinesisSpec;
use crate::kinesis::{Kinesis, Record, ShardOfStream};
use crate::mapping::PAYLOAD_BYTES_MAX;
use crate::{ACCOUNT, REGION, clock};

/// The event of as many of the records, from the first on, as fit into an invocation.
pub(super) fn payload(spec: &KinesisSpec, shard: &ShardOfStream, records: &[Record]) -> (Bytes, usize) {
    let mut count = records.len();
    loop {
        let values: Vec<Value> = records[..count].iter().map(|record| value(spec, shard, record)).collect();
        let payload = json!({"Records": values}).to_string();
        if payload.len() <= PAYLOAD_BYTES_MAX || count == 1 {
            return (Bytes::from(payload), count);
        }
        count /= 2;
    }
}

fn value(spec: &KinesisSpec, shard: &ShardOfStream, record: &Record) -> Value {
    let sequence = shard.sequence_number(record.position);
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": sequence,
            "data": STANDARD.encode(&record.data),
            "approximateArrivalTimestamp": clock::epoch_seconds(record.arrived_at_ms),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("{}:{sequence}", shard.id),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": format!("arn:aws:iam::{ACCOUNT}:role/{}", spec.function),
        "awsRegion": REGION,
        "eventSourceARN": Kinesis::arn(&spec.stream),
    })
}
