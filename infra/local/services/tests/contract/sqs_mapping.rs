//! Queues that invoke functions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use aws_sdk_sqs::types::MessageAttributeValue;
use local_services::mapping::{self, SpecError, SqsSpec};
use local_services::sqs::Spec;
use serde_json::json;
use tokio::time::Instant;

use crate::functions::{Recorded, failure, of_records};
use crate::world::World;

fn mapping_of(queue: &str) -> SqsSpec {
    SqsSpec {
        queue: queue.to_owned(),
        function: "Clock".to_owned(),
        batch_size: 10,
        window: Duration::ZERO,
        report_item_failures: true,
        concurrency_max: None,
    }
}

fn queue(world: &World, name: &str, attributes: &[(&str, &str)]) -> String {
    let attributes: BTreeMap<String, String> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    world.sqs.create_queue(&Spec { name: name.to_owned(), attributes }).unwrap()
}

async fn send(world: &World, url: &str, body: &str) {
    world.sqs().send_message().queue_url(url).message_body(body).send().await.unwrap();
}

async fn messages_in(world: &World, url: &str) -> String {
    use aws_sdk_sqs::types::QueueAttributeName::{ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible};
    let request = world.sqs().get_queue_attributes().queue_url(url);
    let request = request.attribute_names(ApproximateNumberOfMessages);
    let counts = request.attribute_names(ApproximateNumberOfMessagesNotVisible).send().await.unwrap();
    let counts = counts.attributes.unwrap();
    format!("{} {}", counts[&ApproximateNumberOfMessages], counts[&ApproximateNumberOfMessagesNotVisible])
}

async fn until_empty(world: &World, url: &str) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while messages_in(world, url).await != "0 0" {
        assert!(Instant::now() < deadline, "messages stay in the queue");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_message_reaches_the_function_in_aws_form_and_leaves_the_queue() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[]);
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let task = mapping::sqs(mapping_of("clock"), world.sqs.clone(), functions.clone()).unwrap();
    let attribute = MessageAttributeValue::builder().data_type("String").string_value("v").build().unwrap();
    let send = world.sqs().send_message().queue_url(&url).message_body("hello");
    let sent = send.message_attributes("name", attribute).send().await.unwrap();
    let event = functions.invocations(1).await.remove(0);
    let event: SqsEvent = serde_json::from_value(event).unwrap();
    let record = &event.records[0];
    assert_eq!(record.message_id.as_deref(), sent.message_id());
    assert_eq!(record.body.as_deref(), Some("hello"));
    assert_eq!(record.md5_of_body.as_deref(), sent.md5_of_message_body());
    assert_eq!(record.md5_of_message_attributes.as_deref(), sent.md5_of_message_attributes());
    assert_eq!(record.event_source.as_deref(), Some("aws:sqs"));
    assert_eq!(record.event_source_arn.as_deref(), Some("arn:aws:sqs:us-east-1:000000000000:clock"));
    assert_eq!(record.aws_region.as_deref(), Some("us-east-1"));
    assert_eq!(record.attributes["ApproximateReceiveCount"], "1");
    assert!(record.attributes.contains_key("SentTimestamp"));
    assert!(record.attributes.contains_key("ApproximateFirstReceiveTimestamp"));
    assert!(record.attributes.contains_key("SenderId"));
    assert_eq!(record.message_attributes["name"].string_value.as_deref(), Some("v"));
    until_empty(&world, &url).await;
    task.stop().await;
}

#[tokio::test]
async fn a_due_message_reaches_the_function_by_no_round_of_polling() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[]);
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!(null))));
    let task = mapping::sqs(mapping_of("clock"), world.sqs.clone(), functions.clone()).unwrap();
    let sent = Instant::now();
    world.sqs().send_message().queue_url(&url).message_body("x").delay_seconds(1).send().await.unwrap();
    functions.invocations(1).await;
    let late = functions.at(0).duration_since(sent).checked_sub(Duration::from_secs(1)).expect("not before it is due");
    // Some milliseconds; who polls once a second would be later than this every other time.
    assert!(late < Duration::from_millis(500), "late by {late:?}");
    task.stop().await;
}

#[tokio::test]
async fn only_the_reported_messages_come_back() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[("VisibilityTimeout", "1")]);
    for body in ["good", "bad", "fine"] {
        send(&world, &url, body).await;
    }
    let functions = Arc::new(Recorded::answering(|number, event| {
        let bad = event["Records"].as_array().unwrap().iter().filter(|record| number == 0 && record["body"] == "bad");
        let failures: Vec<_> = bad.map(|record| json!({"itemIdentifier": record["messageId"]})).collect();
        Ok(json!({"batchItemFailures": failures}))
    }));
    let task = mapping::sqs(mapping_of("clock"), world.sqs.clone(), functions.clone()).unwrap();
    let events = functions.invocations(2).await;
    assert_eq!(of_records(&events[0], "/body"), ["good", "bad", "fine"]);
    assert_eq!(of_records(&events[1], "/body"), ["bad"]);
    assert_eq!(of_records(&events[1], "/attributes/ApproximateReceiveCount"), ["2"]);
    let pause = functions.at(1).duration_since(functions.at(0));
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
    until_empty(&world, &url).await;
    task.stop().await;
}

#[tokio::test]
async fn a_batch_that_fails_again_and_again_ends_in_the_dead_letter_queue() {
    let world = World::start().await;
    let dead = queue(&world, "clock-dead", &[]);
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:clock-dead","maxReceiveCount":2}"#;
    let url = queue(&world, "clock", &[("VisibilityTimeout", "1"), ("RedrivePolicy", policy)]);
    let functions = Arc::new(Recorded::answering(|_, _| Err(failure())));
    let task = mapping::sqs(mapping_of("clock"), world.sqs.clone(), functions.clone()).unwrap();
    send(&world, &url, "poison").await;
    let letters = world.sqs().receive_message().queue_url(&dead).wait_time_seconds(10).send().await.unwrap();
    assert_eq!(letters.messages()[0].body(), Some("poison"));
    assert_eq!(functions.so_far().len(), 2);
    task.stop().await;
}

#[tokio::test]
async fn batches_run_side_by_side_up_to_the_limit() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[]);
    let mut functions = Recorded::answering(|_, _| Ok(json!({})));
    functions.takes = Duration::from_millis(100);
    let functions = Arc::new(functions);
    for number in 0..9 {
        send(&world, &url, &number.to_string()).await;
    }
    let spec = SqsSpec { batch_size: 1, concurrency_max: Some(3), ..mapping_of("clock") };
    let task = mapping::sqs(spec, world.sqs.clone(), functions.clone()).unwrap();
    let events = functions.invocations(9).await;
    let mut bodies: Vec<String> = events.iter().flat_map(|event| of_records(event, "/body")).collect();
    bodies.sort();
    assert_eq!(bodies, (0..9).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(functions.most_at_once(), 3);
    until_empty(&world, &url).await;
    task.stop().await;
}

#[tokio::test]
async fn a_window_gathers_a_batch() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[]);
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!({}))));
    let spec = SqsSpec { batch_size: 100, window: Duration::from_secs(1), ..mapping_of("clock") };
    let task = mapping::sqs(spec, world.sqs.clone(), functions.clone()).unwrap();
    for number in 0..12 {
        send(&world, &url, &number.to_string()).await;
    }
    let events = functions.invocations(1).await;
    assert_eq!(of_records(&events[0], "/body").len(), 12);
    task.stop().await;
}

#[tokio::test]
async fn a_stopped_mapping_lets_what_runs_finish_and_takes_nothing_more() {
    let world = World::start().await;
    let url = queue(&world, "clock", &[]);
    let mut functions = Recorded::answering(|_, _| Ok(json!({})));
    functions.takes = Duration::from_millis(300);
    let functions = Arc::new(functions);
    let task = mapping::sqs(mapping_of("clock"), world.sqs.clone(), functions.clone()).unwrap();
    send(&world, &url, "first").await;
    functions.invocations(1).await;
    task.stop().await;
    assert_eq!(messages_in(&world, &url).await, "0 0");
    send(&world, &url, "second").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(functions.so_far().len(), 1);
    assert_eq!(messages_in(&world, &url).await, "1 0");
}

#[tokio::test]
async fn a_mapping_with_wrong_numbers_is_refused() {
    let world = World::start().await;
    queue(&world, "clock", &[]);
    let functions = Arc::new(Recorded::answering(|_, _| Ok(json!({}))));
    let refused = |spec: SqsSpec| mapping::sqs(spec, world.sqs.clone(), functions.clone()).unwrap_err();
    let mapping = || "clock -> Clock".to_owned();
    assert_eq!(
        refused(SqsSpec { batch_size: 0, ..mapping_of("clock") }),
        SpecError::BatchSize { mapping: mapping(), size: 0 }
    );
    assert_eq!(refused(SqsSpec { batch_size: 11, ..mapping_of("clock") }), SpecError::Window { mapping: mapping() });
    assert_eq!(
        refused(SqsSpec { concurrency_max: Some(1), ..mapping_of("clock") }),
        SpecError::Concurrency { mapping: mapping(), wanted: 1 }
    );
    assert_eq!(
        refused(mapping_of("none")),
        SpecError::NoSource { mapping: "none -> Clock".to_owned(), source_name: "none".to_owned() }
    );
}
