//! DynamoDB through its Rust SDK.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use local_services::dynamodb::TableError;
use serde_json::{Value, json};

use crate::world::World;

pub fn table(name: &str) -> Value {
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "queue", "AttributeType": "S"},
            {"AttributeName": "since", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-queue",
            "KeySchema": [
                {"AttributeName": "queue", "KeyType": "HASH"},
                {"AttributeName": "since", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    })
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[tokio::test]
async fn a_table_of_the_template_is_there_with_its_arn_and_ttl() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), Some("ttl")).unwrap();
    world.dynamodb.create_table(&table("live-table-1"), Some("ttl")).unwrap();
    let client = world.dynamodb();
    let described = client.describe_table().table_name("live-table-1").send().await.unwrap().table.unwrap();
    assert_eq!(described.table_arn(), Some("arn:aws:dynamodb:us-east-1:000000000000:table/live-table-1"));
    let index = &described.global_secondary_indexes()[0];
    assert_eq!(index.index_arn(), Some("arn:aws:dynamodb:us-east-1:000000000000:table/live-table-1/index/by-queue"));
    assert!(described.latest_stream_arn().unwrap().starts_with("arn:aws:dynamodb:us-east-1:"));
    let ttl = client.describe_time_to_live().table_name("live-table-1").send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name(), Some("ttl"));
}

#[tokio::test]
async fn a_table_with_other_keys_is_not_taken_for_the_same() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let mut other = table("live-table-1");
    other["GlobalSecondaryIndexes"] = json!([]);
    let error = world.dynamodb.create_table(&other, None).unwrap_err();
    assert!(matches!(error, TableError::Changed { .. }), "{error}");
    let error = world.dynamodb.create_table(&json!({"TableName": "x"}), None).unwrap_err();
    assert!(matches!(error, TableError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn a_transaction_that_loses_names_the_action_and_the_item_that_blocked() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let client = world.dynamodb();
    client.put_item().table_name("live-table-1").item("pk", s("a")).item("state", s("matched")).send().await.unwrap();
    let claim = Update::builder()
        .table_name("live-table-1")
        .key("pk", s("a"))
        .update_expression("SET #s = :m")
        .condition_expression("#s = :w")
        .expression_attribute_names("#s", "state")
        .expression_attribute_values(":w", s("waiting"))
        .expression_attribute_values(":m", s("matched"))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    let session = Put::builder().table_name("live-table-1").item("pk", s("session")).build().unwrap();
    let error = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().put(session).build())
        .transact_items(TransactWriteItem::builder().update(claim).build())
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_transaction_canceled_exception(), "{error:?}");
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
        canceled,
    ) = error
    else {
        panic!("another error");
    };
    let reasons = canceled.cancellation_reasons();
    assert_eq!(reasons[0].code(), Some("None"));
    assert_eq!(reasons[1].code(), Some("ConditionalCheckFailed"));
    assert_eq!(reasons[1].item().unwrap()["state"], s("matched"));
    let nothing = client.get_item().table_name("live-table-1").key("pk", s("session")).send().await.unwrap();
    assert_eq!(nothing.item, None);
}

#[tokio::test]
async fn a_condition_that_fails_gives_the_old_item() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let client = world.dynamodb();
    let put = || {
        client
            .put_item()
            .table_name("live-table-1")
            .item("pk", s("a"))
            .item("n", AttributeValue::N("1".to_owned()))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
    };
    put().await.unwrap();
    let error = put().await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed) = error else {
        panic!("another error: {error:?}");
    };
    let item = HashMap::from([("pk".to_owned(), s("a")), ("n".to_owned(), AttributeValue::N("1".to_owned()))]);
    assert_eq!(failed.item(), Some(&item));
}

#[tokio::test]
async fn an_index_is_read_in_the_order_of_its_range_key() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let client = world.dynamodb();
    for since in [30, 10, 20] {
        client
            .put_item()
            .table_name("live-table-1")
            .item("pk", s(&format!("u{since}")))
            .item("queue", s("eu"))
            .item("since", AttributeValue::N(since.to_string()))
            .send()
            .await
            .unwrap();
    }
    let found = client
        .query()
        .table_name("live-table-1")
        .index_name("by-queue")
        .key_condition_expression("queue = :q")
        .expression_attribute_values(":q", s("eu"))
        .send()
        .await
        .unwrap();
    let order: Vec<_> = found.items().iter().map(|item| item["pk"].as_s().unwrap().clone()).collect();
    assert_eq!(order, ["u10", "u20", "u30"]);
}

#[tokio::test]
async fn expired_items_go_when_the_timer_says_so() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), Some("ttl")).unwrap();
    let client = world.dynamodb();
    for (pk, ttl) in [("old", "1000"), ("young", "4102444800")] {
        let ttl = AttributeValue::N(ttl.to_owned());
        client.put_item().table_name("live-table-1").item("pk", s(pk)).item("ttl", ttl).send().await.unwrap();
    }
    let count = async || client.scan().table_name("live-table-1").send().await.unwrap().count();
    assert_eq!(count().await, 2, "an expired item is read until it is deleted");
    let sweeper = world.dynamodb.sweep_every(std::time::Duration::from_millis(20));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while count().await == 2 {
        assert!(std::time::Instant::now() < deadline, "nothing was swept");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    sweeper.stop().await;
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_stream_is_read_under_arns_of_this_region() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let client = world.dynamodb();
    client.put_item().table_name("live-table-1").item("pk", s("a")).send().await.unwrap();
    let described = client.describe_table().table_name("live-table-1").send().await.unwrap().table.unwrap();
    assert!(described.latest_stream_label().is_some());
    let missing = client.describe_table().table_name("no-such-table").send().await.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found_exception());
}

#[tokio::test]
async fn a_refused_value_keeps_aws_words() {
    let world = World::start().await;
    world.dynamodb.create_table(&table("live-table-1"), None).unwrap();
    let client = world.dynamodb();
    let put = client.put_item().table_name("live-table-1").item("pk", s("a"));
    let error = put.item("n", AttributeValue::N("abc".to_owned())).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ValidationException"));
    assert!(error.message().unwrap().contains("cannot be converted to a numeric value"), "{error:?}");
}
