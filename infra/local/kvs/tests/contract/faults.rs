//! The service made to fail on purpose.

use std::time::Duration;

use aws_sdk_kinesisvideo::error::ProvideErrorMetadata;
use futures_util::{SinkExt, StreamExt};
use local_kvs::Fault;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::common::{Stack, refused};

/// Long enough to tell a stall from an answer.
const A_WHILE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn each_fault_strikes_control_plane_and_sockets_until_it_is_taken_away() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let asked = || async {
        let asked = stack.data_plane().get_ice_server_config().channel_arn(&channel.arn).send();
        timeout(A_WHILE, asked).await.ok().map(|answer| answer.map_err(|error| error.code().map(str::to_owned)))
    };
    for (fault, status, name) in
        [(Fault::Throttle, 400, "ClientLimitExceededException"), (Fault::Fail, 500, "InternalFailure")]
    {
        stack.kvs.set_fault(fault);
        assert_eq!(refused(&channel.master_url()).await, (status, name.to_owned()), "{fault:?}");
        assert_eq!(asked().await.expect("an answer").expect_err("a refusal").as_deref(), Some(name), "{fault:?}");
    }
    stack.kvs.set_fault(Fault::Stall);
    assert!(timeout(A_WHILE, refused(&channel.viewer_url("v-1"))).await.is_err(), "a stalled socket does not open");
    assert!(asked().await.is_none(), "a stalled call is not answered");
    let struck = stack.kvs.struck();
    assert!(struck >= 6, "{struck}");

    stack.kvs.set_fault(Fault::None);
    asked().await.expect("an answer").expect("servers");
    channel.join_as_master().await;
    assert_eq!(stack.kvs.struck(), struck);
}

#[tokio::test]
async fn a_mute_service_opens_sockets_and_carries_nothing() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let (mut master, mut viewer) = (channel.join_as_master().await, channel.join_as_viewer("v-1").await);
    let offer = || Message::text(r#"{"action":"SDP_OFFER","messagePayload":"b2ZmZXI="}"#);
    stack.kvs.set_fault(Fault::Mute);
    viewer.send(offer()).await.expect("sent");
    assert!(timeout(A_WHILE, master.next()).await.is_err(), "nothing is heard");
    assert_eq!(stack.kvs.struck(), 1);
    stack.kvs.set_fault(Fault::None);
    viewer.send(offer()).await.expect("sent");
    assert!(timeout(Duration::from_secs(10), master.next()).await.is_ok(), "the next one is heard");
}

#[test]
fn a_word_names_a_fault_or_is_told_which_there_are() {
    for fault in Fault::ALL {
        assert_eq!(fault.name().parse(), Ok(fault));
    }
    let unknown = "slow".parse::<Fault>().expect_err("no fault");
    assert_eq!(unknown.to_string(), "There is no such fault; there are none, throttle, fail, stall, mute.");
}
