//! What a data folder holds after the process was killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::ShardIteratorType;
use local_services::sqs::Spec;
use local_services::ssm::Kind;

use crate::dynamodb::table;
use crate::world::{Folder, World};

const FOLDER: &str = "LOCAL_SERVICES_TEST_DATA";

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let folder = Folder::new("restart");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "restart::writer", "--ignored", "--nocapture"])
        .env(FOLDER, &folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("written")), "the writer ended early");
    child.kill().unwrap();
    child.wait().unwrap();

    let world = World::start_in(Some(&folder.0)).await;
    world.dynamodb.create_table(&table("live-table-1"), Some("ttl")).unwrap();
    let key = AttributeValue::S("a".to_owned());
    let item = world.dynamodb().get_item().table_name("live-table-1").key("pk", key).send().await.unwrap();
    assert!(item.item.is_some());

    world.kinesis.create_stream("events", 1, 48).unwrap();
    let kinesis = world.kinesis();
    let request = kinesis.get_shard_iterator().stream_name("events").shard_id("shardId-000000000000");
    let iterator = request.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
    let read = kinesis.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
    assert_eq!(read.records()[0].data().as_ref(), b"event");
    let again =
        kinesis.put_record().stream_name("events").partition_key("k").data(Blob::new("x")).send().await.unwrap();
    assert!(again.sequence_number() > read.records()[0].sequence_number());

    let url = world.sqs.create_queue(&Spec { name: "clock".to_owned(), ..Spec::default() }).unwrap();
    let got = world.sqs().receive_message().queue_url(&url).max_number_of_messages(10).send().await.unwrap();
    let bodies: Vec<_> = got.messages().iter().map(|message| message.body().unwrap()).collect();
    assert_eq!(bodies, ["kept"], "the deleted one is gone, the one in flight is hidden");
    assert_eq!(world.ssm.value("/key").as_deref(), Some("secret"));

    let other = world.kinesis.create_stream("events", 2, 24).unwrap_err();
    assert_eq!(other.code, "ResourceInUseException");
}

/// Runs as the child of the test above.
#[tokio::test]
#[ignore = "writes into the folder of another test, which kills it"]
async fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let world = World::start_in(Some(Path::new(&folder))).await;
    world.dynamodb.create_table(&table("live-table-1"), Some("ttl")).unwrap();
    let key = AttributeValue::S("a".to_owned());
    world.dynamodb().put_item().table_name("live-table-1").item("pk", key).send().await.unwrap();
    world.kinesis.create_stream("events", 1, 24).unwrap();
    let put = world.kinesis().put_record().stream_name("events").partition_key("k");
    put.data(Blob::new("event")).send().await.unwrap();
    let sqs = world.sqs();
    let url = world.sqs.create_queue(&Spec { name: "clock".to_owned(), ..Spec::default() }).unwrap();
    for body in ["deleted", "in flight", "kept"] {
        sqs.send_message().queue_url(&url).message_body(body).send().await.unwrap();
    }
    let receive = async || sqs.receive_message().queue_url(&url).send().await.unwrap().messages.unwrap().remove(0);
    let first = receive().await;
    sqs.delete_message().queue_url(&url).set_receipt_handle(first.receipt_handle).send().await.unwrap();
    receive().await;
    world.ssm.put("/key", Kind::SecureString, "secret").unwrap();
    println!("written");
    std::future::pending::<()>().await;
}
