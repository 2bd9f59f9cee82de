//! The signaling socket, spoken to by a plain WebSocket client with URLs of AWS's signer.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::{SinkExt, StreamExt};
use local_kvs::Limits;
use local_wire::Caller;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::common::{ADMINISTRATOR, FUNCTION, Socket, Stack, presign, refused};

#[tokio::test]
async fn offer_answer_and_candidates_find_their_way() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut master = channel.join_as_master().await;
    let (mut one, mut two) = (channel.join_as_viewer("v-1").await, channel.join_as_viewer("v-2").await);
    say(&mut one, json!({ "action": "SDP_OFFER", "messagePayload": "b2ZmZXI=" })).await;
    assert_eq!(
        hear(&mut master).await,
        json!({ "messageType": "SDP_OFFER", "messagePayload": "b2ZmZXI=", "senderClientId": "v-1" })
    );
    say(&mut master, json!({ "action": "SDP_ANSWER", "messagePayload": "YQ==", "recipientClientId": "v-1" })).await;
    assert_eq!(hear(&mut one).await, json!({ "messageType": "SDP_ANSWER", "messagePayload": "YQ==" }));
    say(&mut two, json!({ "action": "ICE_CANDIDATE", "messagePayload": "Yw==", "recipientClientId": "v-1" })).await;
    assert_eq!(
        hear(&mut master).await,
        json!({ "messageType": "ICE_CANDIDATE", "messagePayload": "Yw==", "senderClientId": "v-2" })
    );
    silent(&mut [&mut master, &mut one, &mut two]).await;
    let usage = stack.kvs.usage();
    assert_eq!((usage.messages_received, usage.messages_delivered, usage.channels_used.len()), (3, 3, 1));
}

#[tokio::test]
async fn what_was_said_early_waits_and_the_newest_master_wins() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut viewer = channel.join_as_viewer("v-1").await;
    for (action, payload) in [("ICE_CANDIDATE", "1"), ("SDP_OFFER", "2"), ("SDP_OFFER", "3")] {
        say(&mut viewer, json!({ "action": action, "messagePayload": payload })).await;
    }
    wait_for(|| stack.kvs.usage().messages_received == 3).await;
    let mut older = channel.join_as_master().await;
    assert_eq!(hear(&mut older).await["messagePayload"], "1");
    assert_eq!(hear(&mut older).await["messagePayload"], "3");
    let mut newer = channel.join_as_master().await;
    say(&mut viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": "4" })).await;
    assert_eq!(hear(&mut newer).await["messagePayload"], "4");
    silent(&mut [&mut older]).await;
}

#[tokio::test]
async fn a_fault_is_answered_and_the_connection_stays() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut master = channel.join_as_master().await;
    let mut viewer = channel.join_as_viewer("v-1").await;
    viewer.send(Message::text("no json")).await.unwrap();
    viewer.send(Message::binary(vec![0, 159])).await.unwrap();
    let long = "a".repeat(10_001);
    say(&mut viewer, json!({ "action": "SDP_OFFER", "messagePayload": long, "correlationId": "c-1" })).await;
    let status = hear(&mut viewer).await;
    assert_eq!(status["messageType"], "STATUS_RESPONSE");
    assert_eq!(status["statusResponse"]["correlationId"], "c-1");
    assert_eq!(status["statusResponse"]["errorType"], "InvalidArgumentException");
    assert_eq!(status["statusResponse"]["statusCode"], "400");
    say(&mut viewer, json!({ "action": "SDP_OFFER", "messagePayload": "x" })).await;
    assert_eq!(hear(&mut master).await["messagePayload"], "x");
}

#[tokio::test]
async fn a_frame_over_32_kilobytes_closes_the_connection() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut viewer = channel.join_as_viewer("v-1").await;
    viewer.send(Message::text("a".repeat(32 * 1024 + 1))).await.unwrap();
    assert_eq!(closed(&mut viewer).await, Some(CloseCode::Size));
    // The name is free again.
    channel.join_as_viewer("v-1").await;
}

#[tokio::test]
async fn a_ping_is_answered_and_a_close_is_answered() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut viewer = channel.join_as_viewer("v-1").await;
    viewer.send(Message::Ping(b"p".to_vec().into())).await.unwrap();
    let pong = timeout(Duration::from_secs(10), viewer.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(pong, Message::Pong(b"p".to_vec().into()));
    viewer.close(None).await.unwrap();
    assert!(closed(&mut viewer).await.is_none(), "a plain close");
}

#[tokio::test]
async fn only_what_is_rightly_signed_is_upgraded() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let now = SystemTime::now();
    let denied = (403, "AccessDeniedException".to_owned());
    assert_eq!(refused(&channel.viewer).await, denied, "no query at all");
    let good = channel.viewer_url("v-1");
    assert_eq!(refused(&good.replace("X-Amz-ClientId=v-1", "X-Amz-ClientId=v-2")).await, denied);
    assert_eq!(refused(&good.replacen("/kvs/v-", "/kvs/m-", 1)).await, denied, "the path is signed, so is the role");
    let unsigned = good.split("&X-Amz-Signature").next().unwrap().to_owned();
    assert_eq!(refused(&unsigned).await, denied);
    let old = presign(&channel.viewer, &channel.arn, Some("v-1"), ADMINISTRATOR, now - Duration::from_secs(301));
    assert_eq!(refused(&old).await, denied, "expired");
    let wrong = ("AKIDLOCAL", "another secret", None);
    assert_eq!(refused(&presign(&channel.viewer, &channel.arn, Some("v-1"), wrong, now)).await, denied);
    let unknown = ("AKIDNOBODY", "local", None);
    assert_eq!(refused(&presign(&channel.viewer, &channel.arn, Some("v-1"), unknown, now)).await, denied);
    let tokenless = (FUNCTION.0, FUNCTION.1, None);
    assert_eq!(refused(&presign(&channel.viewer, &channel.arn, Some("v-1"), tokenless, now)).await, denied);
    connect_async(presign(&channel.viewer, &channel.arn, Some("v-1"), FUNCTION, now)).await.unwrap();
    connect_async(good).await.unwrap();
}

#[tokio::test]
async fn arguments_and_channels_are_checked_before_the_upgrade() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let other = stack.channel("pool-2").await;
    let url = |endpoint: &str, arn: &str, client| presign(endpoint, arn, client, ADMINISTRATOR, SystemTime::now());
    let invalid = (400, "InvalidArgumentException".to_owned());
    let missing = (404, "ResourceNotFoundException".to_owned());
    assert_eq!(refused(&url(&channel.viewer, &channel.arn, None)).await, invalid, "a viewer without a name");
    assert_eq!(refused(&url(&channel.viewer, &channel.arn, Some("AWS_1"))).await, invalid);
    assert_eq!(refused(&url(&channel.viewer, "arn:nonsense", Some("v-1"))).await, invalid);
    assert_eq!(refused(&url(&channel.viewer, &other.arn, Some("v-1"))).await, missing, "another channel's endpoint");
    assert_eq!(refused(&url(&channel.master.replace("/m-", "/x-"), &channel.arn, None)).await, missing);
    stack.control().delete_signaling_channel().channel_arn(&channel.arn).send().await.unwrap();
    assert_eq!(refused(&channel.master_url()).await, missing, "while it is DELETING");
}

#[tokio::test]
async fn the_signers_role_must_be_allowed_to_connect() {
    let asked = Arc::new(Mutex::new(vec![]));
    let log = Arc::clone(&asked);
    let authorize = move |caller: &Caller, action: &str, resource: &str| {
        log.lock().unwrap().push((caller.clone(), action.to_owned(), resource.to_owned()));
        action == "kinesisvideo:ConnectAsViewer"
    };
    let stack = Stack::with(Limits::local(), None, Arc::new(authorize)).await;
    let channel = stack.channel("pool-1").await;
    let url = |endpoint, client| presign(endpoint, &channel.arn, client, FUNCTION, SystemTime::now());
    assert_eq!(refused(&url(&channel.master, None)).await, (403, "AccessDeniedException".to_owned()));
    connect_async(url(&channel.viewer, Some("v-1"))).await.unwrap();
    let caller = Caller::Function("MessageFunction".to_owned());
    let expected = ["kinesisvideo:ConnectAsMaster", "kinesisvideo:ConnectAsViewer"]
        .map(|action| (caller.clone(), action.to_owned(), channel.arn.clone()));
    assert_eq!(*asked.lock().unwrap(), expected);
}

#[tokio::test]
async fn connects_are_limited_in_number_and_rate() {
    let limits = Limits { viewers_max: 2, connects_per_second: 4, ..Limits::production() };
    let stack = Stack::with(limits, None, Arc::new(|_, _, _| true)).await;
    let channel = stack.channel("pool-1").await;
    let (_one, _two) = (channel.join_as_viewer("v-1").await, channel.join_as_viewer("v-2").await);
    let limit = (400, "ClientLimitExceededException".to_owned());
    assert_eq!(refused(&channel.viewer_url("v-3")).await, limit, "all viewers are there");
    channel.join_as_viewer("v-2").await;
    let other = stack.channel("pool-2").await;
    let urls: Vec<_> = (0..40).map(|_| other.master_url()).collect();
    let start = std::time::Instant::now();
    let all = futures_util::future::join_all(urls.iter().map(connect_async)).await;
    let (granted, seconds) = (all.iter().filter(|one| one.is_ok()).count(), start.elapsed().as_secs_f64());
    assert!(granted >= 4 && granted as f64 <= 4.0 + 4.0 * seconds, "{granted} in {seconds} s");
}

#[tokio::test]
async fn age_ends_a_connection_with_a_notice() {
    let (life, grace) = (Duration::from_secs(3), Duration::from_secs(1));
    let limits = Limits { connection_max: life, go_away_grace: grace, ..Limits::production() };
    let stack = Stack::with(limits, None, Arc::new(|_, _, _| true)).await;
    let channel = stack.channel("pool-1").await;
    let start = std::time::Instant::now();
    let mut viewer = channel.join_as_viewer("v-1").await;
    assert_eq!(hear(&mut viewer).await, json!({ "messageType": "GO_AWAY", "messagePayload": "" }));
    assert!(start.elapsed() >= life - grace);
    assert_eq!(closed(&mut viewer).await, Some(CloseCode::Away));
    assert!(start.elapsed() >= life);
}

#[tokio::test]
async fn silence_ends_a_connection() {
    let idle_max = Duration::from_secs(1);
    let stack = Stack::with(Limits { idle_max, ..Limits::production() }, None, Arc::new(|_, _, _| true)).await;
    let channel = stack.channel("pool-1").await;
    let start = std::time::Instant::now();
    let mut viewer = channel.join_as_viewer("v-1").await;
    assert_eq!(closed(&mut viewer).await, Some(CloseCode::Away));
    assert!(start.elapsed() >= idle_max);
}

#[tokio::test]
async fn a_deleted_channel_closes_its_connections() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let mut master = channel.join_as_master().await;
    stack.control().delete_signaling_channel().channel_arn(&channel.arn).send().await.unwrap();
    assert_eq!(closed(&mut master).await, Some(CloseCode::Away));
}

#[tokio::test]
async fn a_changed_time_to_live_holds_for_new_messages() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let client = stack.control();
    let info =
        client.describe_signaling_channel().channel_arn(&channel.arn).send().await.unwrap().channel_info.unwrap();
    let ttl = aws_sdk_kinesisvideo::types::SingleMasterConfiguration::builder().message_ttl_seconds(5).build();
    let asked = client.update_signaling_channel().channel_arn(&channel.arn).current_version(info.version().unwrap());
    asked.single_master_configuration(ttl).send().await.unwrap();
    let mut viewer = channel.join_as_viewer("v-1").await;
    say(&mut viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": "old" })).await;
    wait_for(|| stack.kvs.usage().messages_received == 1).await;
    tokio::time::sleep(Duration::from_millis(5_100)).await;
    say(&mut viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": "new" })).await;
    wait_for(|| stack.kvs.usage().messages_received == 2).await;
    let mut master = channel.join_as_master().await;
    assert_eq!(hear(&mut master).await["messagePayload"], "new");
}

#[tokio::test]
async fn a_signed_request_that_is_no_websocket_is_refused() {
    let stack = Stack::start().await;
    let channel = stack.channel("pool-1").await;
    let url = channel.master_url();
    let path = url.strip_prefix(&format!("ws://{}", stack.address)).unwrap();
    let mut stream = TcpStream::connect(stack.address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", stack.address);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

async fn hear(socket: &mut Socket) -> Value {
    loop {
        match timeout(Duration::from_secs(10), socket.next()).await.expect("a frame").unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other @ (Message::Binary(_) | Message::Close(_) | Message::Frame(_)) => panic!("{other:?}"),
        }
    }
}

/// Nothing more comes: every frame that is due is on its way by now.
async fn silent(sockets: &mut [&mut Socket]) {
    for socket in sockets {
        let more = timeout(Duration::from_millis(200), socket.next()).await;
        assert!(more.is_err(), "{more:?}");
    }
}

/// The code that the service closed with.
async fn closed(socket: &mut Socket) -> Option<CloseCode> {
    loop {
        match timeout(Duration::from_secs(20), socket.next()).await.expect("a close") {
            Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..200 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the condition did not come true in 10 s");
}
