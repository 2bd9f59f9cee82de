//! A batch of the stream through the function: counted, and looked at by rules, as far as it can be read.
#![cfg(test)]

use aws_lambda_events::kinesis::KinesisEvent;
use domain::conduct::Subject;
use domain::fact::{DeviceMark, Fact, FactKind, Pseudonym};
use domain::id::{DeviceId, UserId};
use domain::limits::CROWDED_DEVICE;
use domain::row::{Key, Row};
use domain::time::TimeMs;
use lambda_runtime::{Context, LambdaEvent};
use ports::fake::World;
use serde_json::{Value, json};

const NOON: TimeMs = TimeMs(1_772_452_800_000);

fn device() -> DeviceMark {
    DeviceMark::of(&DeviceId::parse("D").unwrap(), NOON)
}

/// Somebody signs in, as a record of the stream.
fn sign_in(number: usize) -> String {
    let user = Pseudonym::of(&UserId::parse(&format!("U{number}")).unwrap(), &DeviceId::parse("D").unwrap(), NOON);
    let kind = FactKind::SignedIn { user, guest: true, device: device() };
    protocol::event::encode(&Fact::new(kind, &[&number.to_string()], NOON))
}

fn batch(records: &[String]) -> LambdaEvent<KinesisEvent> {
    let base64 = |text: &str| {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.encode(text)
    };
    let record = |(number, text): (usize, &String)| {
        json!({
            "eventID": format!("shardId-000000000000:{}", number + 1),
            "kinesis": {
                "data": base64(text),
                "partitionKey": "k",
                "sequenceNumber": (number + 1).to_string(),
                "approximateArrivalTimestamp": 1_772_452_800.0,
            },
        })
    };
    let records: Vec<Value> = records.iter().enumerate().map(record).collect();
    LambdaEvent::new(serde_json::from_value(json!({ "Records": records })).unwrap(), Context::default())
}

fn is_slowed(world: &World) -> bool {
    match world.inner().rows.get(&Key::Conduct(Subject::Device(device()))) {
        Some(Row::Conduct(conduct)) => conduct.is_slowed(NOON),
        Some(other) => panic!("{other:?}"),
        None => false,
    }
}

#[tokio::test]
async fn a_batch_is_counted_and_rules_look_at_it() {
    let world = World::default();
    world.inner().now = NOON;
    let records: Vec<String> = (0..CROWDED_DEVICE.0).map(sign_in).collect();
    let answer = analytics::handle(&world, "SpeedConnect/test", |_| {}, batch(&records[1..])).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    assert!(!is_slowed(&world));
    analytics::handle(&world, "SpeedConnect/test", |_| {}, batch(&records)).await.unwrap();
    assert!(is_slowed(&world));
    let rows = world.inner().rows.clone();
    analytics::handle(&world, "SpeedConnect/test", |_| {}, batch(&records)).await.unwrap();
    assert_eq!(world.inner().rows, rows, "delivered again");
}

#[tokio::test]
async fn what_comes_before_a_record_that_is_none_of_ours_is_looked_at() {
    let world = World::default();
    world.inner().now = NOON;
    let mut records: Vec<String> = (0..CROWDED_DEVICE.0).map(sign_in).collect();
    records.push("not JSON".to_owned());
    let answer = analytics::handle(&world, "SpeedConnect/test", |_| {}, batch(&records)).await.unwrap();
    let poison = (CROWDED_DEVICE.0 + 1).to_string();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": poison }] }));
    assert!(is_slowed(&world));
}
