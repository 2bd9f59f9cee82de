//! The DynamoDB adapter keeps the contract of a store: against the local stack's tables, or, where the environment names
//! tables and credentials of a real account (`LIVE_TABLE`, `LEDGER_TABLE`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, ...), on AWS.
#![cfg(test)]

use aws::{Aws, Credentials, Place};
use bots::{Request, Stack};

#[tokio::test]
async fn the_dynamodb_adapter_keeps_the_promises_of_a_store() {
    if std::env::var("LIVE_TABLE").is_ok() {
        let aws = Aws::from_environment().unwrap();
        return testkit::store::keeps_its_promises(&aws).await.unwrap();
    }
    let aws_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let stack = Stack::start_at(aws_port, "").await.unwrap();
    let outputs =
        Request::get("/_local/outputs").header("accept", "application/json").send(stack.port).await.unwrap().body;
    let named = |name: &str| outputs[name].as_str().unwrap_or_else(|| panic!("no {name} in {outputs}")).to_owned();
    let place = Place {
        region: "us-east-1".into(),
        endpoint: Some(format!("http://127.0.0.1:{aws_port}")),
        live_table: named("LiveTableName"),
        ledger_table: named("LedgerTableName"),
        ..Place::default()
    };
    for queue_shards in [1, 5] {
        let place = Place { queue_shards, ..place.clone() };
        let aws = Aws::at(place, Credentials::new("AKIDLOCAL", "local", None, None, "test"));
        testkit::store::keeps_its_promises(&aws).await.unwrap();
    }
}
