//! A Lambda function for the tests of the local stack: it does what its event says.

use std::io::Write as _;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    match std::env::var("ECHO_INIT").as_deref() {
        Ok("exit") => std::process::exit(7),
        Ok("hang") => tokio::time::sleep(Duration::from_secs(3600)).await,
        _ => {}
    }
    println!("echo starts");
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    log(&event)?;
    if event["requestContext"]["eventType"].is_string() {
        return socket(&event).await;
    }
    if event["version"] == "2.0" {
        return http(&event).await;
    }
    obey(&event).await?;
    Ok(json!({
        "event": event,
        "pid": std::process::id(),
        "arn": context.invoked_function_arn,
        "deadline": context.deadline,
        "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
    }))
}

/// Appends every event to the file `ECHO_LOG`, when there is one.
fn log(event: &Value) -> Result<(), Error> {
    if let Ok(path) = std::env::var("ECHO_LOG") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(format!("{event}\n").as_bytes())?;
    }
    Ok(())
}

/// `{"do":"sleep","ms":5}`, `{"do":"crash"}`, `{"do":"fail"}`; anything else is only echoed.
async fn obey(order: &Value) -> Result<(), Error> {
    match order["do"].as_str() {
        Some("sleep") => tokio::time::sleep(Duration::from_millis(order["ms"].as_u64().unwrap_or(0))).await,
        Some("crash") => std::process::exit(3),
        Some("fail") => return Err("it was told to fail".into()),
        _ => {}
    }
    Ok(())
}

/// The path says what to answer; the body may hold an order.
async fn http(event: &Value) -> Result<Value, Error> {
    let order = event["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or(Value::Null);
    obey(&order).await?;
    let path = event["rawPath"].as_str().unwrap_or_default();
    Ok(match path.rsplit('/').next() {
        Some("plain") => json!({"inferred": true}),
        Some("binary") => json!({"statusCode": 200, "isBase64Encoded": true, "body": "AAEC/w==",
            "headers": {"content-type": "application/octet-stream"}}),
        Some("cookies") => json!({"statusCode": 201, "cookies": ["a=1; Path=/", "b=2"],
            "headers": {"x-made-by": "echo", "x-number": 5}, "body": "made"}),
        Some("nonsense") => json!({"statusCode": "many"}),
        _ => json!({"statusCode": 200, "headers": {"content-type": "application/json"}, "body": event.to_string()}),
    })
}

/// `?refuse=403` refuses; the first offered subprotocol is echoed; a message may hold an order.
async fn socket(event: &Value) -> Result<Value, Error> {
    let body: Value = event["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or(Value::Null);
    obey(&body).await?;
    if event["requestContext"]["eventType"] != "CONNECT" {
        return Ok(json!({"statusCode": 200, "body": event.to_string()}));
    }
    if let Some(status) = event["queryStringParameters"]["refuse"].as_str() {
        return Ok(json!({"statusCode": status.parse::<u16>()?, "body": "refused"}));
    }
    let offered = event["headers"]["Sec-WebSocket-Protocol"].as_str().unwrap_or_default();
    Ok(match offered.split(',').next().map(str::trim) {
        Some(first) if !first.is_empty() => json!({"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": first}}),
        _ => json!({"statusCode": 200}),
    })
}
