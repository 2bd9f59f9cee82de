//! What the work so far would cost on AWS: every metered unit, and its price.
//!
//! Not counted: the duration of invocations (a process here is no Lambda function of its size), connection minutes,
//! storage, logs, traffic, TURN, and what is paid by the month.

use std::sync::Arc;

use local_kvs::{Kvs, Usage};
use local_services::door::Meter;
use local_services::dynamodb::DynamoDb;
use local_services::kinesis::Kinesis;
use local_services::sqs::Sqs;
use serde_json::{Value, json};

use crate::gateway::http_api::HttpApi;
use crate::gateway::websocket::WebSocketApi;
use crate::lambda::Lambda;

/// Dollars for a million units in us-east-1, on demand, as of October 2026 (the services' price pages).
const PRICES: [(&str, f64); 8] = [
    ("http requests", 1.0),
    ("websocket messages", 1.0),
    ("lambda invocations", 0.2),
    ("dynamodb write units", 0.625),
    ("dynamodb read units", 0.125),
    ("sqs requests", 0.4),
    ("kinesis put units", 0.014),
    ("kvs messages", 2.25),
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
        let lines: Vec<(&str, f64, f64)> =
            PRICES.iter().map(|(name, price)| (*name, self.units(name), self.units(name) * price / 1e6)).collect();
        let line =
            |(name, units, dollars): &(&str, f64, f64)| json!({ "name": name, "units": units, "dollars": dollars });
        json!({
            "lines": lines.iter().map(line).collect::<Vec<_>>(),
            "dollars": lines.iter().map(|(_, _, dollars)| dollars).sum::<f64>(),
            "calls": self.meter.counts(),
            "invocations": self.lambda.invocations(),
        })
    }

    fn units(&self, name: &str) -> f64 {
        let count = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>() as f64;
        match name {
            "http requests" => count(&mut self.apis.iter().map(|api| api.requests())),
            "websocket messages" => count(&mut self.sockets.iter().map(|api| api.hub().messages())),
            "lambda invocations" => count(&mut self.lambda.invocations().into_values()),
            "dynamodb write units" => self.dynamodb.usage().write_units,
            "dynamodb read units" => self.dynamodb.usage().read_units,
            "sqs requests" => count(&mut std::iter::once(self.sqs.requests())),
            "kinesis put units" => count(&mut std::iter::once(self.kinesis.put_units())),
            "kvs messages" => {
                let Usage { messages_received, messages_delivered, .. } = self.kvs.usage();
                count(&mut [messages_received, messages_delivered].into_iter())
            }
            _ => 0.0,
        }
    }
}
