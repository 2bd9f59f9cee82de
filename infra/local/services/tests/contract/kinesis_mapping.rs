//! Streams that invoke functions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::kinesis::KinesisEvent;
use aws_sdk_kinesis::primitives::Blob;
use local_services::Task;
use local_services::mapping::{self, KinesisSpec, SpecError, Start};
use local_services::sqs::Spec;
use serde_json::{Value, json};

use crate::functions::{Recorded, failure, of_records};
use crate::world::World;

fn mapping_of(stream: &str) -> KinesisSpec {
    KinesisSpec {
        stream: stream.to_owned(),
        function: "Analytics".to_owned(),
        function_arn: "arn:aws:lambda:us-east-1:000000000000:function:speed-connect-local-analytics".to_owned(),
        start: Start::TrimHorizon,
        batch_size: 100,
        window: Duration::ZERO,
        bisect: false,
        retries_max: None,
        age_max: None,
        report_item_failures: false,
        on_failure: None,
    }
}

fn start(world: &World, spec: KinesisSpec, functions: &Arc<Recorded>) -> Task {
    mapping::kinesis(spec, world.kinesis.clone(), world.sqs.clone(), functions.clone()).unwrap()
}

async fn put(world: &World, texts: &[&str]) {
    for text in texts {
        let put = world.kinesis().put_record().stream_name("events").partition_key("k");
        put.data(Blob::new(*text)).send().await.unwrap();
    }
}

/// The data of every record of every event.
fn texts(events: &[Value]) -> Vec<Vec<String>> {
    let text = |event: &Value| {
        let event: KinesisEvent = serde_json::from_value(event.clone()).unwrap();
        event.records.iter().map(|record| String::from_utf8(record.kinesis.data.0.clone()).unwrap()).collect()
    };
    events.iter().map(text).collect()
}

#[tokio::test]
async fn records_reach_the_function_in_aws_form_and_in_order() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    put(&world, &["one", "two"]).await;
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let task = start(&world, mapping_of("events"), &functions);
    let events = functions.invocations(1).await;
    assert_eq!(texts(&events), [["one", "two"]]);
    let record = &events[0]["Records"][0];
    assert_eq!(record["eventSource"], "aws:kinesis");
    assert_eq!(record["eventName"], "aws:kinesis:record");
    assert_eq!(record["eventVersion"], "1.0");
    assert_eq!(record["awsRegion"], "us-east-1");
    assert_eq!(record["eventSourceARN"], "arn:aws:kinesis:us-east-1:000000000000:stream/events");
    assert_eq!(record["kinesis"]["kinesisSchemaVersion"], "1.0");
    assert_eq!(record["kinesis"]["partitionKey"], "k");
    let sequence = record["kinesis"]["sequenceNumber"].as_str().unwrap();
    assert_eq!(record["eventID"], format!("shardId-000000000000:{sequence}"));
    put(&world, &["three"]).await;
    assert_eq!(texts(&functions.invocations(2).await)[1], ["three"]);
    task.stop().await;
}

#[tokio::test]
async fn latest_begins_with_what_is_put_from_now_on() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 2, 24).unwrap();
    put(&world, &["before"]).await;
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let task = start(&world, KinesisSpec { start: Start::Latest, ..mapping_of("events") }, &functions);
    put(&world, &["after"]).await;
    assert_eq!(texts(&functions.invocations(1).await), [["after"]]);
    task.stop().await;
}

#[tokio::test]
async fn a_window_gathers_until_it_closes_or_the_batch_is_full() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let spec = KinesisSpec { batch_size: 3, window: Duration::from_secs(1), ..mapping_of("events") };
    let task = start(&world, spec, &functions);
    put(&world, &["a", "b", "c", "d"]).await;
    let events = functions.invocations(2).await;
    assert_eq!(texts(&events), [vec!["a", "b", "c"], vec!["d"]]);
    let pause = functions.at(1).duration_since(functions.at(0));
    assert!(pause > Duration::from_millis(900), "{pause:?}");
    task.stop().await;
}

#[tokio::test]
async fn halving_isolates_the_bad_record_and_its_metadata_goes_to_the_destination() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let failed = world.sqs.create_queue(&Spec { name: "failed".to_owned(), attributes: BTreeMap::new() }).unwrap();
    put(&world, &["a", "b", "bad", "c"]).await;
    let functions = Arc::new(Recorded::answering(|_, event| {
        let bad = texts(std::slice::from_ref(event))[0].contains(&"bad".to_owned());
        if bad { Err(failure()) } else { Ok(json!(null)) }
    }));
    let spec = KinesisSpec {
        bisect: true,
        retries_max: Some(1),
        on_failure: Some("failed".to_owned()),
        ..mapping_of("events")
    };
    let task = start(&world, spec, &functions);
    let events = functions.invocations(6).await;
    let expected: [&[&str]; 6] = [&["a", "b", "bad", "c"], &["a", "b"], &["bad", "c"], &["bad"], &["bad"], &["c"]];
    assert_eq!(texts(&events), expected);
    let told = world.sqs().receive_message().queue_url(&failed).wait_time_seconds(5).send().await.unwrap();
    let told: Value = serde_json::from_str(told.messages()[0].body().unwrap()).unwrap();
    let bad = &of_records(&events[3], "/kinesis/sequenceNumber")[0];
    assert_eq!(told["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(told["requestContext"]["approximateInvokeCount"], 4);
    assert_eq!(told["requestContext"]["functionArn"].as_str(), Some(mapping_of("events").function_arn.as_str()));
    assert_eq!(
        told["responseContext"],
        json!({"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"})
    );
    let batch = &told["KinesisBatchInfo"];
    assert_eq!(
        (batch["startSequenceNumber"].as_str(), batch["endSequenceNumber"].as_str()),
        (Some(bad.as_str()), Some(bad.as_str()))
    );
    assert_eq!((&batch["shardId"], &batch["batchSize"]), (&json!("shardId-000000000000"), &json!(1)));
    assert_eq!(batch["streamArn"], "arn:aws:kinesis:us-east-1:000000000000:stream/events");
    task.stop().await;
}

#[tokio::test]
async fn a_reported_record_is_the_checkpoint() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    put(&world, &["a", "b", "c"]).await;
    let functions = Arc::new(Recorded::answering(|number, event| {
        if number > 0 {
            return Ok(json!({"batchItemFailures": []}));
        }
        let sequences = of_records(event, "/kinesis/sequenceNumber");
        let failures = [&sequences[2], &sequences[1]].map(|sequence| json!({"itemIdentifier": sequence}));
        Ok(json!({"batchItemFailures": failures}))
    }));
    let task = start(&world, KinesisSpec { report_item_failures: true, ..mapping_of("events") }, &functions);
    assert_eq!(texts(&functions.invocations(2).await), [vec!["a", "b", "c"], vec!["b", "c"]]);
    task.stop().await;
}

#[tokio::test]
async fn a_restarted_mapping_goes_on_where_it_was() {
    let folder = crate::world::Folder::new("checkpoint");
    let kept = World::start_in(Some(&folder.0)).await;
    kept.kinesis.create_stream("events", 1, 24).unwrap();
    put(&kept, &["a"]).await;
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let task = start(&kept, mapping_of("events"), &functions);
    functions.invocations(1).await;
    task.stop().await;
    put(&kept, &["b"]).await;
    let task = start(&kept, mapping_of("events"), &functions);
    assert_eq!(texts(&functions.invocations(2).await), [["a"], ["b"]]);
    task.stop().await;
}

#[tokio::test]
async fn records_that_are_too_old_are_given_up_without_the_function() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let failed = world.sqs.create_queue(&Spec { name: "failed".to_owned(), attributes: BTreeMap::new() }).unwrap();
    put(&world, &["old"]).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    put(&world, &["young"]).await;
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let spec = KinesisSpec {
        age_max: Some(Duration::from_millis(300)),
        on_failure: Some("failed".to_owned()),
        ..mapping_of("events")
    };
    let task = start(&world, spec, &functions);
    assert_eq!(texts(&functions.invocations(1).await), [["young"]]);
    let told = world.sqs().receive_message().queue_url(&failed).wait_time_seconds(5).send().await.unwrap();
    let told: Value = serde_json::from_str(told.messages()[0].body().unwrap()).unwrap();
    assert_eq!(told["requestContext"]["condition"], "RecordAgeExceeded");
    assert_eq!(told["KinesisBatchInfo"]["batchSize"], 1);
    assert_eq!(told.get("responseContext"), None);
    task.stop().await;
}

#[tokio::test]
async fn a_mapping_without_its_stream_or_destination_is_refused() {
    let world = World::start().await;
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let refused =
        |spec| mapping::kinesis(spec, world.kinesis.clone(), world.sqs.clone(), functions.clone()).unwrap_err();
    let no_source = |stream: &str, name: &str| SpecError::NoSource {
        mapping: format!("{stream} -> Analytics"),
        source_name: name.to_owned(),
    };
    assert_eq!(refused(mapping_of("none")), no_source("none", "none"));
    let spec = KinesisSpec { on_failure: Some("nowhere".to_owned()), ..mapping_of("events") };
    assert_eq!(refused(spec), no_source("events", "nowhere"));
}
