//! SQS through its Rust SDK.

use std::time::{Duration, Instant};

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};

use crate::world::World;

async fn queue(client: &aws_sdk_sqs::Client, name: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
    let mut request = client.create_queue().queue_name(name);
    for (attribute, value) in attributes {
        request = request.attributes(attribute.clone(), *value);
    }
    request.send().await.unwrap().queue_url.unwrap()
}

async fn bodies(client: &aws_sdk_sqs::Client, url: &str, wait_seconds: i32) -> Vec<String> {
    let request = client.receive_message().queue_url(url).max_number_of_messages(10).wait_time_seconds(wait_seconds);
    request.send().await.unwrap().messages().iter().map(|message| message.body().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_queue_is_made_found_listed_changed_and_deleted() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[(QueueAttributeName::VisibilityTimeout, "60")]).await;
    assert_eq!(url, format!("{}/000000000000/clock", world.url));
    assert_eq!(queue(&client, "clock", &[(QueueAttributeName::VisibilityTimeout, "60")]).await, url);
    let other =
        client.create_queue().queue_name("clock").attributes(QueueAttributeName::DelaySeconds, "7").send().await;
    assert!(other.unwrap_err().into_service_error().is_queue_name_exists());
    assert_eq!(client.get_queue_url().queue_name("clock").send().await.unwrap().queue_url(), Some(url.as_str()));
    assert_eq!(client.list_queues().queue_name_prefix("cl").send().await.unwrap().queue_urls(), [url.as_str()]);
    client
        .set_queue_attributes()
        .queue_url(&url)
        .attributes(QueueAttributeName::DelaySeconds, "5")
        .send()
        .await
        .unwrap();
    let all =
        client.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All).send().await.unwrap();
    let all = all.attributes.unwrap();
    assert_eq!(all[&QueueAttributeName::QueueArn], "arn:aws:sqs:us-east-1:000000000000:clock");
    assert_eq!(all[&QueueAttributeName::VisibilityTimeout], "60");
    assert_eq!(all[&QueueAttributeName::DelaySeconds], "5");
    assert_eq!(all[&QueueAttributeName::MaximumMessageSize], "1048576");
    client.delete_queue().queue_url(&url).send().await.unwrap();
    let gone = client.get_queue_url().queue_name("clock").send().await.unwrap_err().into_service_error();
    assert!(gone.is_queue_does_not_exist());
}

#[tokio::test]
async fn a_message_comes_as_it_was_sent_and_is_gone_when_deleted() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    let text = MessageAttributeValue::builder().data_type("String").string_value("m").build().unwrap();
    let binary = MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([1, 2])).build().unwrap();
    let sent = client
        .send_message()
        .queue_url(&url)
        .message_body("hello")
        .message_attributes("kind", text.clone())
        .message_attributes("raw", binary)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("5d41402abc4b2a76b9719d911017c592"));
    let received = client
        .receive_message()
        .queue_url(&url)
        .message_attribute_names("ki.*")
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap();
    let message = &received.messages()[0];
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("hello"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.message_attributes().unwrap().len(), 1);
    assert_eq!(message.message_attributes().unwrap()["kind"], text);
    assert_eq!(message.attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    assert_eq!(bodies(&client, &url, 0).await, [""; 0], "hidden while it is in flight");
    client.delete_message().queue_url(&url).receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
    let counts = client
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
        .send()
        .await
        .unwrap();
    assert_eq!(counts.attributes.unwrap()[&QueueAttributeName::ApproximateNumberOfMessagesNotVisible], "0");
}

#[tokio::test]
async fn a_long_poll_ends_with_the_message_it_waited_for() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    let begin = Instant::now();
    let poll = tokio::spawn({
        let (client, url) = (client.clone(), url.clone());
        async move { bodies(&client, &url, 20).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.send_message().queue_url(&url).message_body("now").send().await.unwrap();
    assert_eq!(poll.await.unwrap(), ["now"]);
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    let begin = Instant::now();
    assert_eq!(bodies(&client, &url, 1).await, [""; 0]);
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_delayed_message_comes_when_it_is_due_and_not_before() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    let begin = Instant::now();
    client.send_message().queue_url(&url).message_body("later").delay_seconds(1).send().await.unwrap();
    assert_eq!(bodies(&client, &url, 0).await, [""; 0]);
    assert_eq!(bodies(&client, &url, 5).await, ["later"]);
    let late = begin.elapsed().checked_sub(Duration::from_secs(1)).expect("not before it is due");
    assert!(late < Duration::from_millis(500), "late by {late:?}");
    let wrong = client.send_message().queue_url(&url).message_body("x").delay_seconds(901).send().await.unwrap_err();
    assert_eq!(wrong.into_service_error().code(), Some("InvalidParameterValue"));
}

#[tokio::test]
async fn visibility_can_be_changed_and_an_old_receipt_deletes_nothing() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    client.send_message().queue_url(&url).message_body("m").send().await.unwrap();
    let first = client.receive_message().queue_url(&url).send().await.unwrap();
    let first = first.messages()[0].receipt_handle().unwrap();
    let change = |seconds: i32| {
        client.change_message_visibility().queue_url(&url).receipt_handle(first).visibility_timeout(seconds).send()
    };
    change(0).await.unwrap();
    let shown = change(0).await.unwrap_err().into_service_error();
    assert!(shown.is_message_not_inflight(), "{shown:?}");
    let second = client.receive_message().queue_url(&url).visibility_timeout(0).send().await.unwrap();
    assert_eq!(second.messages().len(), 1);
    client.delete_message().queue_url(&url).receipt_handle(first).send().await.unwrap();
    assert_eq!(bodies(&client, &url, 0).await, ["m"], "only the newest receipt deletes");
    let nonsense = client.delete_message().queue_url(&url).receipt_handle("nonsense").send().await.unwrap_err();
    assert!(nonsense.into_service_error().is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn a_message_received_too_often_goes_to_the_dead_letter_queue() {
    let world = World::start().await;
    let client = world.sqs();
    let dead = queue(&client, "clock-dead", &[]).await;
    let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:clock-dead","maxReceiveCount":"2"}"#;
    let url = queue(
        &client,
        "clock",
        &[(QueueAttributeName::RedrivePolicy, policy), (QueueAttributeName::VisibilityTimeout, "0")],
    )
    .await;
    let sent = client.send_message().queue_url(&url).message_body("poison").send().await.unwrap();
    assert_eq!(bodies(&client, &url, 0).await, ["poison"]);
    assert_eq!(bodies(&client, &url, 0).await, ["poison"]);
    assert_eq!(bodies(&client, &url, 0).await, [""; 0]);
    let letter = client
        .receive_message()
        .queue_url(&dead)
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap();
    let letter = &letter.messages()[0];
    assert_eq!(letter.message_id(), sent.message_id());
    assert_eq!(
        letter.attributes().unwrap()[&MessageSystemAttributeName::DeadLetterQueueSourceArn],
        "arn:aws:sqs:us-east-1:000000000000:clock"
    );
}

#[tokio::test]
async fn a_batch_tells_of_each_entry() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    let entry = |id: &str, delay: i32| {
        let builder = SendMessageBatchRequestEntry::builder().id(id).message_body(id).delay_seconds(delay);
        builder.build().unwrap()
    };
    let sent = client.send_message_batch().queue_url(&url).entries(entry("a", 0)).entries(entry("b", -1)).send().await;
    let sent = sent.unwrap();
    assert_eq!(sent.successful()[0].id(), "a");
    assert_eq!((sent.failed()[0].id(), sent.failed()[0].sender_fault()), ("b", true));
    let same = client.send_message_batch().queue_url(&url).entries(entry("a", 0)).entries(entry("a", 0)).send().await;
    assert!(same.unwrap_err().into_service_error().is_batch_entry_ids_not_distinct());
    let none = client.send_message_batch().queue_url(&url).set_entries(Some(vec![])).send().await;
    assert!(none.unwrap_err().into_service_error().is_empty_batch_request());
    let message = client.receive_message().queue_url(&url).send().await.unwrap();
    let handle = message.messages()[0].receipt_handle().unwrap();
    let entry = |id: &str, handle: &str| {
        DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(handle).build().unwrap()
    };
    let deleted = client.delete_message_batch().queue_url(&url);
    let deleted = deleted.entries(entry("x", handle)).entries(entry("y", "nonsense")).send().await.unwrap();
    assert_eq!(deleted.successful()[0].id(), "x");
    assert_eq!(deleted.failed()[0].code(), "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn limits_of_messages_are_kept_and_a_purge_empties() {
    let world = World::start().await;
    let client = world.sqs();
    let url = queue(&client, "clock", &[]).await;
    client.send_message().queue_url(&url).message_body("x".repeat(1 << 20)).send().await.unwrap();
    let large = client.send_message().queue_url(&url).message_body("x".repeat((1 << 20) + 1)).send().await;
    assert_eq!(large.unwrap_err().into_service_error().code(), Some("InvalidParameterValue"));
    let control = client.send_message().queue_url(&url).message_body("a\u{1}b").send().await.unwrap_err();
    assert!(control.into_service_error().is_invalid_message_contents());
    let fifo = client.create_queue().queue_name("q").attributes(QueueAttributeName::FifoQueue, "true").send().await;
    assert!(fifo.unwrap_err().into_service_error().is_unsupported_operation());
    let wrong = client.create_queue().queue_name("q").attributes(QueueAttributeName::DelaySeconds, "901").send().await;
    assert!(wrong.unwrap_err().into_service_error().is_invalid_attribute_value());
    client.purge_queue().queue_url(&url).send().await.unwrap();
    assert_eq!(bodies(&client, &url, 0).await, [""; 0]);
    let nowhere = client.send_message().queue_url(format!("{url}x")).message_body("x").send().await.unwrap_err();
    assert!(nowhere.into_service_error().is_queue_does_not_exist());
}
