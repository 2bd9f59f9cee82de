#![doc = include_str!("../README.md")]

use std::fmt;

/// Something that is metered by use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Requests to the HTTP API, in steps of 512 KB.
    HttpRequest,
    /// Requests to CloudFront over HTTPS; the opening of a socket is one.
    EdgeRequest,
    /// Gigabytes that CloudFront sends.
    EdgeGigabyte,
    /// Messages over WebSockets in either direction, in steps of 32 KB; pings and pongs of ours among them.
    SocketMessage,
    /// Minutes that sockets are open.
    SocketMinute,
    /// Invocations of functions.
    Invocation,
    /// Seconds of a gigabyte of memory, in steps of 1 ms.
    GigabyteSecond,
    /// Write request units, those of refused conditions among them.
    WriteUnit,
    /// Read request units.
    ReadUnit,
    /// Requests to queues, empty receives among them.
    QueueRequest,
    /// Put payload units of a provisioned stream, 25 KB each.
    StreamPut,
    /// Gigabytes of events that Firehose takes in and converts to Parquet, each record in steps of 5 KB.
    FirehoseGigabyte,
    /// Gigabytes of events that it partitions, as they are.
    PartitionedGigabyte,
    /// Signaling messages, those received and those sent.
    ChannelMessage,
    /// Channels that anybody connected to in a month.
    ChannelMonth,
    /// Gigabytes of logs taken in.
    LogGigabyte,
    /// Traces that X-Ray records.
    Trace,
    /// Minutes of media that is relayed, for each side.
    TurnMinute,
    /// Gigabytes that leave AWS for the internet.
    EgressGigabyte,
}

/// One unit, as it is paid for.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    /// What is metered.
    pub unit: Unit,
    /// What it is called on a bill of ours.
    pub name: &'static str,
    /// US dollars for a million, on demand in us-east-1, the first step of each price list.
    pub dollars_per_million: f64,
    /// Where the price stands.
    pub source: &'static str,
    /// What would halve the line.
    pub halved_by: &'static str,
}

const fn price(unit: Unit, name: &'static str, dollars: f64, source: &'static str, halved_by: &'static str) -> Price {
    Price { unit, name, dollars_per_million: dollars, source, halved_by }
}

const API_GATEWAY: &str = "aws.amazon.com/api-gateway/pricing";
const CLOUDFRONT: &str = "aws.amazon.com/cloudfront/pricing";
const LAMBDA: &str = "aws.amazon.com/lambda/pricing, Arm";
const DYNAMODB: &str = "aws.amazon.com/dynamodb/pricing/on-demand";
const KVS: &str = "aws.amazon.com/kinesis/video-streams/pricing";
const FIREHOSE: &str = "aws.amazon.com/firehose/pricing";
const EC2: &str = "aws.amazon.com/ec2/pricing/on-demand, data transfer out";

/// Every price, as of October 2026.
pub const PRICES: [Price; 19] = [
    price(Unit::HttpRequest, "http requests", 1.0, API_GATEWAY, "a sign-in that brings its ticket with it"),
    price(Unit::EdgeRequest, "edge requests", 1.0, CLOUDFRONT, "the page in fewer, longer kept files"),
    price(
        Unit::EdgeGigabyte,
        "edge gigabytes",
        85_000.0,
        CLOUDFRONT,
        "a smaller page; the first 1,000 GB a month are free",
    ),
    price(
        Unit::SocketMessage,
        "websocket messages",
        1.0,
        API_GATEWAY,
        "chat over a data channel between the two, without the server",
    ),
    price(
        Unit::SocketMinute,
        "websocket minutes",
        0.25,
        API_GATEWAY,
        "sockets that are closed while nobody waits or talks",
    ),
    price(Unit::Invocation, "lambda invocations", 0.2, LAMBDA, "chat over a data channel; timers received in batches"),
    price(
        Unit::GigabyteSecond,
        "lambda gigabyte seconds",
        13.333_4,
        LAMBDA,
        "128 MB instead of 256 MB, if no slower by half",
    ),
    price(
        Unit::WriteUnit,
        "dynamodb write units",
        0.625,
        DYNAMODB,
        "chat that is not kept for a reload, and hints written outside of their ticket's transaction",
    ),
    price(
        Unit::ReadUnit,
        "dynamodb read units",
        0.125,
        DYNAMODB,
        "a session remembered by the worker that relays its chat",
    ),
    price(Unit::QueueRequest, "sqs requests", 0.4, "aws.amazon.com/sqs/pricing", "timers sent in batches of ten"),
    price(
        Unit::StreamPut,
        "kinesis put units",
        0.014,
        "aws.amazon.com/kinesis/data-streams/pricing",
        "events of one invocation in one record",
    ),
    // Ingestion and conversion.
    price(Unit::FirehoseGigabyte, "firehose gigabytes", 47_000.0, FIREHOSE, "events of one invocation in one record"),
    price(Unit::PartitionedGigabyte, "partitioned gigabytes", 20_000.0, FIREHOSE, "shorter names of fields"),
    price(
        Unit::ChannelMessage,
        "kvs messages",
        2.25,
        KVS,
        "candidates that are gathered before offer and answer, and told in them",
    ),
    price(Unit::ChannelMonth, "kvs channels", 30_000.0, KVS, "a shorter rest between two sessions of a channel"),
    price(
        Unit::LogGigabyte,
        "log gigabytes",
        500_000.0,
        "aws.amazon.com/cloudwatch/pricing",
        "the level `warn`; log groups of the infrequent class",
    ),
    price(
        Unit::Trace,
        "x-ray traces",
        5.0,
        "aws.amazon.com/xray/pricing",
        "`Tracing=PassThrough`: logs and events carry the same ids",
    ),
    price(Unit::TurnMinute, "turn minutes", 120.0, KVS, "a TURN server of one's own (infra/coturn)"),
    price(Unit::EgressGigabyte, "egress gigabytes", 90_000.0, EC2, "half the bitrate for those who are relayed"),
];

/// Which part of its invocations a traced function records, besides the first of each second ("Visualize Lambda function
/// invocations using AWS X-Ray", Lambda Developer Guide: it cannot be set).
pub const TRACED_PART: f64 = 0.05;

impl Unit {
    /// Its price.
    pub fn price(self) -> &'static Price {
        // The tests say that every unit has one.
        PRICES.iter().find(|price| price.unit == self).unwrap_or(&PRICES[0])
    }

    /// The unit of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        PRICES.iter().find(|price| price.name == name).map(|price| price.unit)
    }

    /// What so many cost, in US dollars.
    pub fn dollars(self, count: f64) -> f64 {
        count * self.price().dollars_per_million / 1e6
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.price().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_found_by_its_unit_and_by_its_name() {
        for price in &PRICES {
            assert_eq!(price.unit.price().name, price.name, "{:?} has two prices", price.unit);
            assert_eq!(Unit::of_name(price.name), Some(price.unit));
        }
        assert_eq!(PRICES.len(), Unit::EgressGigabyte as usize + 1, "a unit has no price");
    }
}
