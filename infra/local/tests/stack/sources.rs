//! What invokes functions without being asked.

use std::path::PathBuf;

use aws_credential_types::Credentials;
use aws_sdk_sqs as sqs;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::region::Region;

use crate::world::{events, options, start, tls};

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_and_a_queue_reach_their_function() {
    let (options, log) = options("sources");
    let log = PathBuf::from(format!("{}.reader", log.display()));
    let _ = std::fs::remove_file(&log);
    let stack = start(options).await;
    let scheduled = events(&log, 1).await.remove(0);
    assert_eq!(scheduled["detail-type"], "Scheduled Event");

    let config = sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&stack.urls().aws)
        .credentials_provider(Credentials::from_keys("AKIDLOCAL", "local", None))
        .http_client(tls());
    let client = sqs::Client::from_conf(config.build());
    let url = &stack.template().outputs["WorkUrl"];
    client.send_message().queue_url(url).message_body("do it").send().await.expect("sent");
    let delivered = events(&log, 2).await.remove(1);
    assert_eq!(delivered["Records"][0]["body"], "do it");
    assert_eq!(
        delivered["Records"][0]["eventSourceARN"],
        "arn:aws:sqs:us-east-1:000000000000:speed-connect-local-work"
    );
    stack.stop().await;
}
