//! Kinesis through its Rust SDK.

use aws_sdk_kinesis::error::ProvideErrorMetadata;
use aws_sdk_kinesis::primitives::{Blob, DateTime};
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, Record, ShardIteratorType, StreamStatus};

use crate::world::World;

fn entry(key: &str, data: &[u8]) -> PutRecordsRequestEntry {
    PutRecordsRequestEntry::builder().partition_key(key).data(Blob::new(data)).build().unwrap()
}

fn texts(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| String::from_utf8(record.data().as_ref().to_vec()).unwrap()).collect()
}

async fn iterator(
    client: &aws_sdk_kinesis::Client,
    shard: &str,
    kind: ShardIteratorType,
    sequence: Option<&str>,
) -> String {
    let request = client.get_shard_iterator().stream_name("events").shard_id(shard).shard_iterator_type(kind);
    let request = request.set_starting_sequence_number(sequence.map(str::to_owned));
    request.send().await.unwrap().shard_iterator.unwrap()
}

async fn read(client: &aws_sdk_kinesis::Client, iterator: String) -> Vec<String> {
    texts(client.get_records().shard_iterator(iterator).send().await.unwrap().records())
}

#[tokio::test]
async fn a_stream_is_made_described_listed_and_deleted() {
    let world = World::start().await;
    let client = world.kinesis();
    client.create_stream().stream_name("events").shard_count(2).send().await.unwrap();
    let again = client.create_stream().stream_name("events").shard_count(2).send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_in_use_exception());
    let summary = client.describe_stream_summary().stream_name("events").send().await.unwrap();
    let summary = summary.stream_description_summary.unwrap();
    assert_eq!(summary.stream_arn(), "arn:aws:kinesis:us-east-1:000000000000:stream/events");
    assert_eq!(summary.stream_status(), &StreamStatus::Active);
    assert_eq!((summary.open_shard_count(), summary.retention_period_hours()), (2, 24));
    let described = client.describe_stream().stream_arn(summary.stream_arn()).limit(1).send().await.unwrap();
    let described = described.stream_description.unwrap();
    assert_eq!((described.shards().len(), described.has_more_shards()), (1, true));
    let first = client.list_shards().stream_name("events").max_results(1).send().await.unwrap();
    assert_eq!(first.shards()[0].shard_id(), "shardId-000000000000");
    let second = client.list_shards().next_token(first.next_token().unwrap()).send().await.unwrap();
    assert_eq!(second.shards()[0].shard_id(), "shardId-000000000001");
    assert_eq!(second.next_token(), None);
    assert_eq!(client.list_streams().send().await.unwrap().stream_names(), ["events"]);
    client.delete_stream().stream_name("events").send().await.unwrap();
    let gone = client.describe_stream_summary().stream_name("events").send().await.unwrap_err();
    assert!(gone.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn records_go_to_the_shard_of_their_key_and_come_back_in_order() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 2, 24).unwrap();
    let client = world.kinesis();
    // The MD5 of "1" begins with c4, that of "a" with 0c: above and below the half.
    let put =
        client.put_record().stream_name("events").partition_key("1").data(Blob::new("upper")).send().await.unwrap();
    assert_eq!(put.shard_id(), "shardId-000000000001");
    let many = client
        .put_records()
        .stream_name("events")
        .set_records(Some((0..20).map(|n| entry("a", format!("{n}").as_bytes())).collect()))
        .send()
        .await
        .unwrap();
    assert_eq!(many.failed_record_count(), Some(0));
    let sequences: Vec<&str> = many.records().iter().map(|record| record.sequence_number().unwrap()).collect();
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(sequences.iter().all(|number| number.len() == 56 && number.bytes().all(|b| b.is_ascii_digit())));
    let lower = "shardId-000000000000";
    let all = read(&client, iterator(&client, lower, ShardIteratorType::TrimHorizon, None).await).await;
    assert_eq!(all, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
    let at = iterator(&client, lower, ShardIteratorType::AtSequenceNumber, Some(sequences[18])).await;
    assert_eq!(read(&client, at).await, ["18", "19"]);
    let after = iterator(&client, lower, ShardIteratorType::AfterSequenceNumber, Some(sequences[18])).await;
    assert_eq!(read(&client, after).await, ["19"]);
    let explicit = client
        .put_record()
        .stream_name("events")
        .partition_key("a")
        .explicit_hash_key("340282366920938463463374607431768211455")
        .data(Blob::new("x"))
        .send()
        .await
        .unwrap();
    assert_eq!(explicit.shard_id(), "shardId-000000000001");
}

#[tokio::test]
async fn a_reader_follows_its_iterator_to_the_tip() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let client = world.kinesis();
    let shard = "shardId-000000000000";
    let put = async |text: &str| {
        client.put_record().stream_name("events").partition_key("k").data(Blob::new(text)).send().await.unwrap();
    };
    put("before").await;
    let latest = iterator(&client, shard, ShardIteratorType::Latest, None).await;
    let empty = client.get_records().shard_iterator(latest).send().await.unwrap();
    assert!(empty.records().is_empty());
    assert_eq!(empty.millis_behind_latest(), Some(0));
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let time = DateTime::from(std::time::SystemTime::now());
    put("one").await;
    put("two").await;
    let next = empty.next_shard_iterator().unwrap();
    let first = client.get_records().shard_iterator(next).limit(1).send().await.unwrap();
    assert_eq!(texts(first.records()), ["one"]);
    assert!(first.records()[0].approximate_arrival_timestamp().is_some());
    let second = client.get_records().shard_iterator(first.next_shard_iterator().unwrap()).send().await.unwrap();
    assert_eq!(texts(second.records()), ["two"]);
    let request = client.get_shard_iterator().stream_name("events").shard_id(shard);
    let request = request.shard_iterator_type(ShardIteratorType::AtTimestamp).timestamp(time);
    let since = request.send().await.unwrap().shard_iterator.unwrap();
    assert_eq!(read(&client, since).await, ["one", "two"]);
}

#[tokio::test]
async fn a_shard_takes_a_thousand_records_a_second_and_names_those_it_refused() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let client = world.kinesis();
    let put = async || {
        let entries = (0..500).map(|n| entry("k", n.to_string().as_bytes())).collect();
        client.put_records().stream_name("events").set_records(Some(entries)).send().await.unwrap()
    };
    let answers = [put().await, put().await, put().await, put().await];
    let refused: i32 = answers.iter().map(|answer| answer.failed_record_count().unwrap()).sum();
    assert!(refused > 0, "2,000 records in well under a second");
    let record = answers.iter().flat_map(|answer| answer.records()).find(|r| r.error_code().is_some()).unwrap();
    assert_eq!(record.error_code(), Some("ProvisionedThroughputExceededException"));
    assert_eq!(
        record.error_message(),
        Some("Rate exceeded for shard shardId-000000000000 in stream events under account 000000000000.")
    );
    assert_eq!(record.sequence_number(), None);
    let one = client.put_record().stream_name("events").partition_key("k").data(Blob::new("x")).send().await;
    if let Err(error) = one {
        assert!(error.into_service_error().is_provisioned_throughput_exceeded_exception());
    }
}

#[tokio::test]
async fn a_shard_is_read_five_times_a_second() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let client = world.kinesis();
    let iterator = iterator(&client, "shardId-000000000000", ShardIteratorType::Latest, None).await;
    let mut refused = 0;
    for _ in 0..20 {
        if let Err(error) = client.get_records().shard_iterator(&iterator).send().await {
            assert!(error.into_service_error().is_provisioned_throughput_exceeded_exception());
            refused += 1;
        }
    }
    assert!(refused > 0, "20 reads in well under a second");
}

#[tokio::test]
async fn limits_of_records_are_kept() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let client = world.kinesis();
    let put = |key: String, bytes: usize| {
        client.put_record().stream_name("events").partition_key(key).data(Blob::new(vec![0; bytes])).send()
    };
    put("k".repeat(256), 1 << 20).await.unwrap();
    let large = put("k".to_owned(), (1 << 20) + 1).await.unwrap_err().into_service_error();
    assert_eq!(large.code(), Some("ValidationException"));
    let long = put("k".repeat(257), 1).await.unwrap_err().into_service_error();
    assert_eq!(long.code(), Some("ValidationException"));
    let many = (0..501).map(|_| entry("k", b"x")).collect();
    let many = client.put_records().stream_name("events").set_records(Some(many)).send().await.unwrap_err();
    assert_eq!(many.into_service_error().code(), Some("InvalidArgumentException"));
    let nowhere = client.put_record().stream_name("none").partition_key("k").data(Blob::new("x")).send().await;
    assert!(nowhere.unwrap_err().into_service_error().is_resource_not_found_exception());
    let mut foreign = client.get_shard_iterator().stream_name("events").shard_id("shardId-000000000000");
    foreign = foreign.shard_iterator_type(ShardIteratorType::AtSequenceNumber).starting_sequence_number("12");
    assert!(foreign.send().await.unwrap_err().into_service_error().is_invalid_argument_exception());
    let iterator = client.get_records().shard_iterator("nonsense").send().await.unwrap_err();
    assert!(iterator.into_service_error().is_invalid_argument_exception());
}
