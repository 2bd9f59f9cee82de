//! Asynchronous invocations that fail, and where they go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use local::lambda::asynchronous::Asynchronous;
use local::template::Template;
use local::template::place::Place;
use local_services::sqs::{Spec, Sqs};
use local_wire::{Call, Caller, Functions, InvokeError, Service};
use serde_json::{Value, json};

/// Fails a number of times, then answers.
struct Failing {
    failures: u32,
    calls: AtomicU32,
}

impl Functions for Failing {
    fn invoke(&self, _: &str, _: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>> {
        Box::pin(async move {
            if self.calls.fetch_add(1, Ordering::Relaxed) < self.failures {
                return Err(InvokeError::Function { kind: "Broken".to_owned(), message: "it broke".to_owned() });
            }
            Ok(Bytes::from_static(b"{}"))
        })
    }
}

fn function(attempts_max: u32) -> local::template::function::Function {
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Failures: {{ Type: AWS::SQS::Queue, Properties: {{ QueueName: failures }} }}
  F:
    Type: AWS::Serverless::Function
    Metadata: {{ BuildMethod: rust-cargolambda, BuildProperties: {{ Binary: f }} }}
    Properties:
      FunctionName: f
      EventInvokeConfig:
        MaximumRetryAttempts: {attempts_max}
        DestinationConfig: {{ OnFailure: {{ Type: SQS, Destination: !GetAtt Failures.Arn }} }}
"
    );
    let place = Place { stack_name: "s".to_owned(), port: 1, aws_port: 2 };
    Template::read(&text, &BTreeMap::new(), &place).expect("understood").functions.remove(0)
}

async fn received(sqs: &Sqs) -> Vec<Value> {
    let call = Call {
        service: "sqs".to_owned(),
        operation: "ReceiveMessage".to_owned(),
        caller: Caller::Administrator,
        method: http::Method::POST,
        uri: http::Uri::from_static("/"),
        headers: http::HeaderMap::new(),
        body: Bytes::from(json!({"QueueUrl": "http://127.0.0.1:2/000000000000/failures"}).to_string()),
    };
    let reply = sqs.call(call).await.expect("an answer");
    let reply: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let bodies =
        reply["Messages"].as_array().into_iter().flatten().map(|message| message["Body"].as_str().expect("text"));
    bodies.map(|body| serde_json::from_str(body).expect("JSON")).collect()
}

async fn run(failures: u32, attempts_max: u32) -> (Result<Bytes, InvokeError>, u32, Vec<Value>) {
    let sqs = Arc::new(Sqs::open(None, "http://127.0.0.1:2").expect("in memory"));
    sqs.create_queue(&Spec { name: "failures".to_owned(), ..Spec::default() }).expect("a queue");
    let failing = Arc::new(Failing { failures, calls: AtomicU32::new(0) });
    let asynchronous =
        Asynchronous::new(Arc::clone(&failing) as Arc<dyn Functions>, &function(attempts_max), Arc::clone(&sqs));
    let result = asynchronous.invoke("F", Bytes::from_static(br#"{"a":1}"#)).await;
    let calls = failing.calls.load(Ordering::Relaxed);
    (result, calls, received(&sqs).await)
}

#[tokio::test]
async fn without_retries_a_failure_goes_to_the_destination_at_once() {
    let (result, calls, mut records) = run(1, 0).await;
    assert!(matches!(result, Err(InvokeError::Function { .. })));
    assert_eq!((calls, records.len()), (1, 1));
    let record = records.remove(0);
    assert_eq!(record["requestContext"]["functionArn"], "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 1);
    assert_eq!(record["requestPayload"], json!({"a": 1}));
    assert_eq!(record["responsePayload"], json!({"errorType": "Broken", "errorMessage": "it broke"}));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_succeeds_leaves_nothing_behind() {
    let started = tokio::time::Instant::now();
    let (result, calls, records) = run(2, 2).await;
    assert_eq!((result.is_ok(), calls, records.len()), (true, 3, 0));
    assert_eq!(started.elapsed().as_secs(), 60 + 120, "one minute, then two");
}
