//! The WebSocket API and `@connections`, with clients nobody here wrote.

use std::time::{Duration, Instant};

use aws_sdk_apigatewaymanagement::error::ProvideErrorMetadata;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use futures_util::SinkExt;
use futures_util::future::join_all;
use local::gateway::websocket::Durations;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::world::{Client, connections, events, options, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_told_from_its_first_to_its_last_event() {
    let (options, log) = options("life");
    let stack = start(options).await;
    let (mut client, chosen) =
        Client::with(&stack, "?a=1&a=2&b=3", Some("speedconnect.v1, ticket.x")).await.expect("the socket opens");
    assert_eq!(chosen.as_deref(), Some("speedconnect.v1"), "only what the function returned");
    client.send(r#"{"action":"other","data":{}}"#).await;
    client.send("no JSON").await;
    let frame = CloseFrame { code: 4001.into(), reason: "done".into() };
    client.0.send(Message::Close(Some(frame))).await.expect("the close goes out");

    let mut events = events(&log, 4).await;
    events.sort_by_key(|event| event["requestContext"]["requestTimeEpoch"].as_u64());
    let of =
        |kind: &str| -> Vec<_> { events.iter().filter(|event| event["requestContext"]["eventType"] == kind).collect() };
    let [connect] = of("CONNECT")[..] else { panic!("one CONNECT") };
    let context = &connect["requestContext"];
    let id = context["connectionId"].as_str().expect("an id");
    assert_eq!((id.len(), id.ends_with('=')), (16, true), "{id} looks like AWS's");
    assert_eq!(context["routeKey"], "$connect");
    assert_eq!(context["stage"], "ws");
    assert_eq!(context["messageDirection"], "IN");
    assert_eq!(context["identity"], json!({"sourceIp": "127.0.0.1", "userAgent": "test"}));
    assert_eq!(context["apiId"], json!(stack.template().websocket_apis[0].id));
    assert_eq!(context["extendedRequestId"], context["requestId"]);
    assert_eq!(connect["headers"]["Sec-WebSocket-Protocol"], "speedconnect.v1, ticket.x");
    assert_eq!(connect["headers"]["x-sc-viewer"], "127.0.0.1");
    assert_eq!(connect["queryStringParameters"], json!({"a": "2", "b": "3"}));
    assert_eq!(connect["multiValueQueryStringParameters"], json!({"a": ["1", "2"], "b": ["3"]}));
    assert!(connect.get("body").is_none());

    let mut bodies: Vec<_> =
        of("MESSAGE").iter().map(|event| event["body"].as_str().expect("a body").to_owned()).collect();
    bodies.sort();
    assert_eq!(bodies, ["no JSON", r#"{"action":"other","data":{}}"#]);
    for message in of("MESSAGE") {
        let context = &message["requestContext"];
        assert_eq!(context["routeKey"], "$default");
        assert_eq!(context["connectionId"], id);
        assert_eq!(context["messageId"], context["requestId"]);
        assert!(message.get("headers").is_none());
    }
    let [disconnect] = of("DISCONNECT")[..] else { panic!("one DISCONNECT") };
    assert_eq!(disconnect["requestContext"]["disconnectStatusCode"], 4001);
    assert_eq!(disconnect["requestContext"]["disconnectReason"], "done");
    assert_eq!(disconnect["requestContext"]["connectionId"], id);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connect_function_may_refuse() {
    let (options, log) = options("refuse");
    let stack = start(options).await;
    let Err(Error::Http(response)) = Client::with(&stack, "?refuse=403", None).await else { panic!("refused") };
    assert_eq!(response.status(), 403);
    let Err(Error::Http(response)) = Client::with(&stack, "?refuse=nonsense", None).await else { panic!("refused") };
    assert_eq!(response.status(), 502, "a function that fails lets nobody in");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(events(&log, 2).await.iter().all(|event| event["requestContext"]["eventType"] == "CONNECT"));
    let plain = crate::world::get(&stack, "/ws").await;
    assert_eq!(plain.status(), 400, "no upgrade");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_route_with_a_response_answers_and_failures_are_told() {
    let stack = start(options("routes").0).await;
    let mut client = Client::open(&stack).await;
    client.send(r#"{"action":"silent"}"#).await;
    client.send(r#"{"action":"echo","n":1}"#).await;
    let answer = client.json().await;
    assert_eq!(answer["body"], r#"{"action":"echo","n":1}"#);
    assert_eq!(answer["requestContext"]["routeKey"], "echo");

    client.send(r#"{"action":"x","do":"fail"}"#).await;
    let complaint = client.json().await;
    assert_eq!(complaint["message"], "Internal server error");
    assert_eq!(complaint["connectionId"], answer["requestContext"]["connectionId"]);
    assert!(complaint["requestId"].is_string());
    assert_eq!(client.id().await, complaint["connectionId"].as_str().expect("an id"), "the connection is still usable");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_over_32_kb_and_messages_over_128_kb_close_with_1009() {
    let (options, log) = options("large");
    let stack = start(options).await;
    let mut client = Client::open(&stack).await;
    client.send("x".repeat(33 * 1024)).await;
    assert_eq!(client.closed().await, 1009);

    let text = |opcode, fin| Message::Frame(Frame::message(vec![b'x'; 32 * 1024], OpCode::Data(opcode), fin));
    let mut client = Client::open(&stack).await;
    for part in 0..4 {
        let opcode = if part == 0 { Data::Text } else { Data::Continue };
        client.0.send(text(opcode, part == 3)).await.expect("a part goes out");
    }
    let received = events(&log, 4).await.into_iter().find(|event| event["requestContext"]["eventType"] == "MESSAGE");
    assert_eq!(received.expect("the message arrives")["body"].as_str().map(str::len), Some(128 * 1024));
    client.0.send(text(Data::Text, false)).await.expect("a part goes out");
    for _ in 0..4 {
        // The last part may find the socket closed already.
        let _ = client.0.send(text(Data::Continue, false)).await;
    }
    assert_eq!(client.closed().await, 1009);

    let mut client = Client::open(&stack).await;
    client.0.send(Message::binary(vec![1, 2, 3])).await.expect("it goes out");
    assert_eq!(client.closed().await, 1003, "binary frames are not taken");
    let codes = |events: &[serde_json::Value]| -> Vec<_> {
        events.iter().filter_map(|event| event["requestContext"]["disconnectStatusCode"].as_u64()).collect()
    };
    assert_eq!(codes(&events(&log, 7).await), [1009, 1009, 1003]);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_told_too() {
    let (options, log) = options("lost");
    let stack = start(options).await;
    let client = Client::open(&stack).await;
    drop(client);
    let events = events(&log, 2).await;
    assert_eq!(events[1]["requestContext"]["disconnectStatusCode"], 1006);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_age_end_a_connection() {
    let (mut options, log) = options("silence");
    options.durations = Durations { idle: Duration::from_millis(600), longest: Duration::from_millis(2_000) };
    let stack = start(options).await;
    let mut silent = Client::open(&stack).await;
    let opened = Instant::now();
    assert_eq!(silent.closed().await, 1001);
    assert!((500..5_000).contains(&opened.elapsed().as_millis()), "after {:?}", opened.elapsed());

    let mut busy = Client::open(&stack).await;
    let opened = Instant::now();
    let code = loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if busy.0.send(Message::text("still here")).await.is_err() || opened.elapsed().as_secs() > 5 {
            break busy.closed().await;
        }
        if let Ok(Some(Ok(Message::Close(Some(frame))))) =
            tokio::time::timeout(Duration::from_millis(1), futures_util::StreamExt::next(&mut busy.0)).await
        {
            break frame.code.into();
        }
    };
    assert_eq!(code, 1001);
    assert!((1_800..8_000).contains(&opened.elapsed().as_millis()), "after {:?}", opened.elapsed());
    // Whoever waits for more events than come fails.
    let tells_the_end = |event: &Value| event["requestContext"]["disconnectStatusCode"] == 1001;
    let mut told = 4;
    while !events(&log, told).await.iter().any(tells_the_end) {
        told += 1;
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_posts_reads_and_deletes_connections() {
    let (options, log) = options("connections");
    let stack = start(options).await;
    let api = connections(&stack, "AKIDLOCAL", "local");
    let mut client = Client::open(&stack).await;
    let id = client.id().await;

    api.post_to_connection().connection_id(&id).data(Blob::new("hällo")).send().await.expect("posted");
    assert_eq!(client.next().await.expect("a message").expect("no error").to_text().expect("text"), "hällo");
    let large = "x".repeat(128 * 1024);
    api.post_to_connection().connection_id(&id).data(Blob::new(large.clone())).send().await.expect("posted");
    assert_eq!(client.next().await.expect("a message").expect("no error").len(), large.len());
    let too_large = api.post_to_connection().connection_id(&id).data(Blob::new(large + "x")).send().await;
    let error = too_large.expect_err("refused");
    assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(413));
    assert_eq!(error.code(), Some("PayloadTooLargeException"));

    let found = api.get_connection().connection_id(&id).send().await.expect("found");
    let identity = found.identity().expect("an identity");
    assert_eq!((identity.source_ip(), identity.user_agent()), (Some("127.0.0.1"), Some("test")));
    assert!(found.connected_at().expect("a time") <= found.last_active_at().expect("a time"));

    api.delete_connection().connection_id(&id).send().await.expect("deleted");
    assert_eq!(client.closed().await, 1000);
    events(&log, 3).await;
    for gone in [id.as_str(), "AAAAAAAAAAAAAAA="] {
        let error = api.post_to_connection().connection_id(gone).data(Blob::new("x")).send().await.expect_err("gone");
        assert!(error.into_service_error().is_gone_exception());
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_posts_without_a_right_signature() {
    let stack = start(options("signature").0).await;
    let mut client = Client::open(&stack).await;
    let id = client.id().await;
    for (key, secret) in [("AKIDLOCAL", "wrong"), ("AKIDNOBODY", "local")] {
        let api = connections(&stack, key, secret);
        let error = api.post_to_connection().connection_id(&id).data(Blob::new("x")).send().await.expect_err("refused");
        assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(403), "{error:?}");
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_connection_are_handled_side_by_side() {
    let stack = start(options("side").0).await;
    let mut client = Client::open(&stack).await;
    client.id().await;
    let started = Instant::now();
    for n in 0..4 {
        client.send(json!({"action": "echo", "n": n, "do": "sleep", "ms": 500}).to_string()).await;
    }
    for _ in 0..4 {
        client.json().await;
    }
    assert!(started.elapsed() < Duration::from_millis(1_500), "took {:?}", started.elapsed());
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_connections_each_hear_their_own() {
    let stack = start(options("many").0).await;
    let mut clients = join_all((0..60).map(|_| Client::open(&stack))).await;
    let talk = clients.iter_mut().enumerate().map(|(n, client)| async move {
        for round in 0..5 {
            client.send(json!({"action": "echo", "n": n, "round": round}).to_string()).await;
            let heard: serde_json::Value =
                serde_json::from_str(client.json().await["body"].as_str().expect("a body")).expect("JSON");
            assert_eq!((&heard["n"], &heard["round"]), (&json!(n), &json!(round)));
        }
    });
    join_all(talk).await;
    stack.stop().await;
}
