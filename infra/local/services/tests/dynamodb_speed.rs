//! What a DynamoDB call costs on the calling thread, and what the way to the blocking pool adds.
//!
//! `cargo test -p local-services --release --test dynamodb_speed -- --ignored --nocapture`

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it says")]

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use local_services::dynamodb::DynamoDb;
use local_wire::{Call, Caller, Service};
use serde_json::json;

const CALLS: u32 = 5_000;

fn call(operation: &str, body: serde_json::Value) -> Call {
    Call {
        service: "dynamodb".to_owned(),
        operation: operation.to_owned(),
        caller: Caller::Administrator,
        method: Method::POST,
        uri: Uri::from_static("/"),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
    }
}

fn put(number: u32) -> Call {
    let item = json!({"pk": {"S": number.to_string()}, "data": {"S": "x".repeat(200)}});
    call("PutItem", json!({"TableName": "speed-table", "Item": item}))
}

fn get(number: u32) -> Call {
    call("GetItem", json!({"TableName": "speed-table", "Key": {"pk": {"S": number.to_string()}}}))
}

fn open(data: Option<&std::path::Path>) -> Arc<DynamoDb> {
    let database = Arc::new(DynamoDb::open(data).unwrap());
    let table = json!({
        "TableName": "speed-table",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    database.create_table(&table, None).unwrap();
    database
}

async fn direct(name: &str, database: &DynamoDb, call: fn(u32) -> Call) {
    let begin = Instant::now();
    for number in 0..CALLS {
        assert_eq!(database.call(call(number)).await.unwrap().status, 200);
    }
    println!("{name}: {:?} a call", begin.elapsed() / CALLS);
}

async fn by_pool(name: &str, database: &Arc<DynamoDb>, call: fn(u32) -> Call) {
    let begin = Instant::now();
    let runtime = tokio::runtime::Handle::current();
    for number in 0..CALLS {
        let (database, runtime) = (Arc::clone(database), runtime.clone());
        let work = move || runtime.block_on(database.call(call(number)));
        assert_eq!(tokio::task::spawn_blocking(work).await.unwrap().unwrap().status, 200);
    }
    println!("{name}: {:?} a call", begin.elapsed() / CALLS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a promise"]
async fn calls_in_place_and_by_the_blocking_pool() {
    let memory = open(None);
    direct("memory, PutItem in place", &memory, put).await;
    direct("memory, GetItem in place", &memory, get).await;
    by_pool("memory, PutItem by the pool", &memory, put).await;
    by_pool("memory, GetItem by the pool", &memory, get).await;
    let folder = std::env::temp_dir().join(format!("local-services-speed-{}", std::process::id()));
    let file = open(Some(&folder));
    direct("file, PutItem", &file, put).await;
    direct("file, GetItem", &file, get).await;
    drop(file);
    std::fs::remove_dir_all(folder).unwrap();
}
