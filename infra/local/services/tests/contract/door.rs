//! Who comes in, and how the others are sent away.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use local_wire::Caller;
use local_wire::sigv4::Key;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::World;

async fn refusal(world: &World, credentials: Credentials) -> (String, u16) {
    let config = world.config_with(credentials);
    let kinesis = aws_sdk_kinesis::Client::new(&config);
    let error = kinesis.list_streams().send().await.unwrap_err();
    let status = error.raw_response().unwrap().status().as_u16();
    (error.into_service_error().code().unwrap().to_owned(), status)
}

#[tokio::test]
async fn a_key_that_does_not_exist_is_an_unrecognized_client() {
    let world = World::start().await;
    let refused = refusal(&world, Credentials::from_keys("AKIDNOBODY", "local", None)).await;
    assert_eq!(refused, ("UnrecognizedClientException".to_owned(), 403));
}

#[tokio::test]
async fn a_wrong_secret_is_an_invalid_signature() {
    let world = World::start().await;
    let refused = refusal(&world, Credentials::from_keys("AKIDLOCAL", "guessed", None)).await;
    assert_eq!(refused, ("InvalidSignatureException".to_owned(), 403));
}

#[tokio::test]
async fn temporary_keys_count_only_with_their_token() {
    let world = World::start().await;
    let key = Key {
        secret: "s3cret".to_owned(),
        session_token: Some("token".to_owned()),
        caller: Caller::Function("Message".to_owned()),
    };
    world.keys.insert("ASIAFUNCTION", key);
    let with = |token: Option<&str>| Credentials::from_keys("ASIAFUNCTION", "s3cret", token.map(str::to_owned));
    let unrecognized = ("UnrecognizedClientException".to_owned(), 403);
    assert_eq!(refusal(&world, with(None)).await, unrecognized);
    assert_eq!(refusal(&world, with(Some("another"))).await, unrecognized);
    let kinesis = aws_sdk_kinesis::Client::new(&world.config_with(with(Some("token"))));
    assert!(kinesis.list_streams().send().await.unwrap().stream_names().is_empty());
    world.keys.remove("ASIAFUNCTION");
    assert_eq!(refusal(&world, with(Some("token"))).await, unrecognized);
}

#[tokio::test]
async fn dynamodb_says_400_to_a_wrong_signature() {
    let world = World::start().await;
    let config = world.config_with(Credentials::from_keys("AKIDLOCAL", "guessed", None));
    let error = aws_sdk_dynamodb::Client::new(&config).list_tables().send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 400);
    assert_eq!(error.into_service_error().code(), Some("InvalidSignatureException"));
}

#[tokio::test]
async fn an_unsigned_request_misses_its_token() {
    let world = World::start().await;
    let answer = raw(&world, "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Kinesis_20131202.ListStreams\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    assert!(answer.contains("\r\nx-amzn-errortype: MissingAuthenticationTokenException\r\n"), "{answer}");
    assert!(
        answer
            .ends_with(r#"{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}"#),
        "{answer}"
    );
}

#[tokio::test]
async fn a_rest_refusal_has_its_name_in_the_header() {
    let world = World::start().await;
    let answer = raw(
        &world,
        "POST /v2/email/outbound-emails HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    )
    .await;
    assert!(answer.contains("\r\nx-amzn-errortype: MissingAuthenticationTokenException\r\n"), "{answer}");
    assert!(answer.ends_with(r#"{"message":"Missing Authentication Token"}"#), "{answer}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let world = World::start().await;
    let announced = local_services::door::BODY_BYTES_MAX + 1;
    let request = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {announced}\r\nconnection: close\r\n\r\n");
    let answer = raw(&world, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_operation_that_is_not_imitated_says_so() {
    let world = World::start().await;
    let error = world.kinesis().describe_limits().send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("UnknownOperationException"));
    let error = world.sqs().list_queue_tags().queue_url("x").send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("UnknownOperationException"));
}

async fn raw(world: &World, request: &str) -> String {
    let address = world.url.trim_start_matches("http://");
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}
