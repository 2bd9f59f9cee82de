//! `CreateStream`, `DeleteStream`, `DescribeStream`, `DescribeStreamSummary`, `ListShards`, `ListStreams`.

use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::shard::Shard;
use super::super::stream::Stream;
use super::super::{Kinesis, Position, SHARDS_ON_DEMAND, invalid, kept, not_found};
use crate::clock;
use crate::request::without_nulls;

/// Most shards in one answer of `DescribeStream`, and its default.
const DESCRIBED_SHARDS: std::ops::RangeInclusive<usize> = 1..=10_000;
const DESCRIBED_SHARDS_DEFAULT: usize = 100;
/// Most shards in one answer of `ListShards`.
const LISTED_SHARDS_MAX: usize = 1_000;
/// Most names in one answer of `ListStreams`, and its default.
const LISTED_STREAMS_DEFAULT: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct Create {
    stream_name: String,
    shard_count: Option<usize>,
    stream_mode_details: Option<ModeDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ModeDetails {
    stream_mode: String,
}

/// A stream by its name or its ARN.
#[derive(Deserialize)]
pub(in crate::kinesis) struct Named {
    #[serde(rename = "StreamName")]
    name: Option<String>,
    #[serde(rename = "StreamARN")]
    arn: Option<String>,
}

impl Named {
    /// The name, out of whichever was given.
    pub(in crate::kinesis) fn name(&self) -> Result<&str, Refusal> {
        let of_arn = self.arn.as_deref().and_then(|arn| arn.rsplit_once(":stream/")).map(|(_, name)| name);
        self.name.as_deref().or(of_arn).ok_or_else(|| invalid("StreamName or StreamARN must be given.".to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct Describe {
    #[serde(flatten)]
    stream: Named,
    limit: Option<usize>,
    exclusive_start_shard_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct ListShards {
    #[serde(flatten)]
    stream: Named,
    next_token: Option<String>,
    max_results: Option<usize>,
    exclusive_start_shard_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::kinesis) struct ListStreams {
    limit: Option<usize>,
    exclusive_start_stream_name: Option<String>,
    next_token: Option<String>,
}

impl Kinesis {
    pub(in crate::kinesis) fn create(&self, request: Create) -> Result<(), Refusal> {
        let on_demand = request.stream_mode_details.is_some_and(|details| details.stream_mode == "ON_DEMAND");
        let shards = match (request.shard_count, on_demand) {
            (Some(shards), false) => shards,
            (None, true) => SHARDS_ON_DEMAND,
            (Some(_), true) => return Err(invalid("ShardCount is not taken in ON_DEMAND mode.".to_owned())),
            (None, false) => return Err(invalid("ShardCount is needed in PROVISIONED mode.".to_owned())),
        };
        let mut stream = Stream::new(&request.stream_name, shards, clock::now_ms())?;
        stream.on_demand = on_demand;
        let mut streams = self.streams();
        if streams.contains_key(&request.stream_name) {
            let message = format!("Stream {} under account {} already exists.", request.stream_name, crate::ACCOUNT);
            return Err(Refusal::new(400, "ResourceInUseException", message));
        }
        self.store.write(&[kept::stream(&stream)])?;
        streams.insert(request.stream_name, stream);
        Ok(())
    }

    pub(in crate::kinesis) fn delete(&self, request: &Named) -> Result<(), Refusal> {
        let name = request.name()?;
        let mut streams = self.streams();
        let stream = streams.get(name).ok_or_else(|| not_found(name))?;
        let everything = |shard: &Shard| {
            let read = shard.read(Position::START, usize::MAX, usize::MAX, 0);
            read.records.into_iter().map(|record| (shard.index, record.position)).collect::<Vec<_>>()
        };
        let records: Vec<_> = stream.shards().iter().flat_map(everything).collect();
        self.store.write(&kept::no_stream(stream, &records))?;
        streams.remove(name);
        Ok(())
    }

    pub(in crate::kinesis) fn describe(&self, request: &Describe) -> Result<Value, Refusal> {
        let limit = request.limit.unwrap_or(DESCRIBED_SHARDS_DEFAULT);
        if !DESCRIBED_SHARDS.contains(&limit) {
            return Err(invalid("Limit must be 1 to 10000.".to_owned()));
        }
        let name = request.stream.name()?;
        let streams = self.streams();
        let stream = streams.get(name).ok_or_else(|| not_found(name))?;
        let (shards, more) = page(stream, request.exclusive_start_shard_id.as_deref(), limit);
        let mut description = description(stream);
        description["Shards"] = shards;
        description["HasMoreShards"] = json!(more);
        Ok(json!({"StreamDescription": description}))
    }

    pub(in crate::kinesis) fn describe_summary(&self, request: &Named) -> Result<Value, Refusal> {
        let name = request.name()?;
        let streams = self.streams();
        let stream = streams.get(name).ok_or_else(|| not_found(name))?;
        let mut description = description(stream);
        description["OpenShardCount"] = json!(stream.shards().len());
        description["ConsumerCount"] = json!(0);
        Ok(json!({"StreamDescriptionSummary": description}))
    }

    pub(in crate::kinesis) fn list_shards(&self, request: &ListShards) -> Result<Value, Refusal> {
        // A token is the name of the stream and the last shard that was listed.
        let (name, after) = match request.next_token.as_deref() {
            Some(token) => {
                let refused = || invalid("Invalid NextToken.".to_owned());
                token.split_once('/').map(|(name, shard)| (name, Some(shard))).ok_or_else(refused)?
            }
            None => (request.stream.name()?, request.exclusive_start_shard_id.as_deref()),
        };
        let streams = self.streams();
        let stream = streams.get(name).ok_or_else(|| not_found(name))?;
        let (shards, more) =
            page(stream, after, request.max_results.unwrap_or(LISTED_SHARDS_MAX).min(LISTED_SHARDS_MAX));
        let last = shards.as_array().and_then(|all| all.last()).and_then(|shard| shard["ShardId"].as_str());
        let next_token = last.filter(|_| more).map(|shard| format!("{name}/{shard}"));
        Ok(without_nulls(json!({"Shards": shards, "NextToken": next_token})))
    }

    pub(in crate::kinesis) fn list_streams(&self, request: &ListStreams) -> Result<Value, Refusal> {
        let after = request.next_token.as_deref().or(request.exclusive_start_stream_name.as_deref()).unwrap_or("");
        let limit = request.limit.unwrap_or(LISTED_STREAMS_DEFAULT);
        let streams = self.streams();
        let found: Vec<&Stream> = streams.values().filter(|stream| stream.name.as_str() > after).collect();
        let shown = &found[..found.len().min(limit)];
        let more = shown.len() < found.len();
        let names: Vec<&str> = shown.iter().map(|stream| stream.name.as_str()).collect();
        let summaries: Vec<Value> = shown.iter().map(|stream| summary(stream)).collect();
        let next_token = names.last().filter(|_| more);
        Ok(without_nulls(json!({
            "StreamNames": names,
            "HasMoreStreams": more,
            "NextToken": next_token,
            "StreamSummaries": summaries,
        })))
    }
}

/// The shards behind `after`, and whether there are more than these.
fn page(stream: &Stream, after: Option<&str>, limit: usize) -> (Value, bool) {
    let rest: Vec<&Shard> =
        stream.shards().iter().filter(|shard| after.is_none_or(|after| shard.id().as_str() > after)).collect();
    let shown = &rest[..rest.len().min(limit)];
    let shards: Vec<Value> = shown.iter().map(|shard| shard_value(shard)).collect();
    (json!(shards), shown.len() < rest.len())
}

fn shard_value(shard: &Shard) -> Value {
    json!({
        "ShardId": shard.id(),
        "HashKeyRange": {
            "StartingHashKey": shard.hash_first.to_string(),
            "EndingHashKey": shard.hash_last.to_string(),
        },
        "SequenceNumberRange": {"StartingSequenceNumber": shard.starting_sequence_number()},
    })
}

fn summary(stream: &Stream) -> Value {
    json!({
        "StreamName": stream.name,
        "StreamARN": Kinesis::arn(&stream.name),
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": if stream.on_demand { "ON_DEMAND" } else { "PROVISIONED" }},
        "StreamCreationTimestamp": clock::epoch_seconds(stream.born_at_ms),
    })
}

fn description(stream: &Stream) -> Value {
    let mut description = summary(stream);
    description["RetentionPeriodHours"] = json!(stream.retention_hours);
    description["EnhancedMonitoring"] = json!([{"ShardLevelMetrics": []}]);
    description["EncryptionType"] = json!("NONE");
    description
}
