//! What the work so far would cost on AWS, if nothing else came in the month: every metered unit, and its price.
//!
//! Invocations take as long as they do here: a database on the same machine answers sooner than DynamoDB, and a busy
//! processor is slower than one of one's own. Not counted: starts of workers, the trace of the first invocation of each second, storage, traffic, TURN, CloudFront, and what
//! is paid by the month whatever happens.

use std::sync::Arc;

use local_kvs::{Kvs, Usage};
use local_services::door::Meter;
use local_services::dynamodb::DynamoDb;
use local_services::kinesis::Kinesis;
use local_services::sqs::Sqs;
use prices::{TRACED_PART, Unit};
use serde_json::{Value, json};

use crate::gateway::http_api::HttpApi;
use crate::gateway::websocket::WebSocketApi;
use crate::lambda::Lambda;

/// What is counted here.
const METERED: [Unit; 15] = [
    Unit::HttpRequest,
    Unit::SocketMessage,
    Unit::SocketMinute,
    Unit::Invocation,
    Unit::GigabyteSecond,
    Unit::WriteUnit,
    Unit::ReadUnit,
    Unit::QueueRequest,
    Unit::StreamPut,
    Unit::FirehoseGigabyte,
    Unit::PartitionedGigabyte,
    Unit::ChannelMessage,
    Unit::ChannelMonth,
    Unit::LogGigabyte,
    Unit::Trace,
];

/// Where the units are counted.
pub struct Bill {
    /// HTTP APIs.
    pub apis: Vec<Arc<HttpApi>>,
    /// WebSocket APIs.
    pub sockets: Vec<Arc<WebSocketApi>>,
    /// Functions.
    pub lambda: Arc<Lambda>,
    /// Tables.
    pub dynamodb: Arc<DynamoDb>,
    /// Queues.
    pub sqs: Arc<Sqs>,
    /// Streams.
    pub kinesis: Arc<Kinesis>,
    /// Signaling channels.
    pub kvs: Kvs,
    /// Calls to every service.
    pub meter: Meter,
}

impl Bill {
    /// Units, dollars, and the calls behind them.
    pub fn to_json(&self) -> Value {
        let lines: Vec<(Unit, f64)> = METERED.into_iter().map(|unit| (unit, self.units(unit))).collect();
        let line = |(unit, count): &(Unit, f64)| json!({ "name": unit.price().name, "units": count, "dollars": unit.dollars(*count) });
        json!({
            "lines": lines.iter().map(line).collect::<Vec<_>>(),
            "dollars": lines.iter().map(|(unit, count)| unit.dollars(*count)).sum::<f64>(),
            "calls": self.meter.counts(),
            "invocations": self.lambda.invocations(),
            "writeUnits": self.dynamodb.usage().write_units_of,
        })
    }

    fn units(&self, unit: Unit) -> f64 {
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>() as f64;
        match unit {
            Unit::HttpRequest => sum(&mut self.apis.iter().map(|api| api.requests())),
            Unit::SocketMessage => sum(&mut self.sockets.iter().map(|api| api.hub().messages())),
            Unit::SocketMinute => self.sockets.iter().map(|api| api.hub().open_for().as_secs_f64() / 60.0).sum(),
            Unit::Invocation => sum(&mut self.lambda.invocations().into_values()),
            Unit::GigabyteSecond => self.lambda.gigabyte_seconds(),
            Unit::WriteUnit => self.dynamodb.usage().write_units,
            Unit::ReadUnit => self.dynamodb.usage().read_units,
            Unit::QueueRequest => self.sqs.requests() as f64,
            Unit::StreamPut => self.kinesis.put_units() as f64,
            // What is on the stream is small, and each record is billed as 5 KB.
            Unit::FirehoseGigabyte => self.kinesis.put_units() as f64 * 5e-6,
            Unit::PartitionedGigabyte => self.kinesis.put_bytes() as f64 / 1e9,
            Unit::ChannelMessage => {
                let Usage { messages_received, messages_delivered, .. } = self.kvs.usage();
                (messages_received + messages_delivered) as f64
            }
            Unit::ChannelMonth => self.kvs.usage().channels_used.len() as f64,
            Unit::LogGigabyte => self.lambda.logged_bytes() as f64 / 1e9,
            Unit::Trace => self.lambda.traced() as f64 * TRACED_PART,
            Unit::EdgeRequest | Unit::EdgeGigabyte | Unit::TurnMinute | Unit::EgressGigabyte => 0.0,
        }
    }
}
