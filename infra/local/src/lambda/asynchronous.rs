//! Asynchronous invocation: retries, and a destination for what fails for good
//! ("How Lambda handles errors and retries with asynchronous invocation").

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Uri};
use local_services::sqs::Sqs;
use local_wire::{Call, Caller, Functions, InvokeError, Service};
use serde_json::{Value, json};

use crate::template::function::{Function, Retry};
use crate::{clock, random};

/// Pauses before the first and the second retry.
const PAUSES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// A function as EventBridge invokes it.
pub struct Asynchronous {
    functions: Arc<dyn Functions>,
    arn: String,
    retry: Retry,
    sqs: Arc<Sqs>,
}

impl Asynchronous {
    /// A function with its retry settings; failures go to a queue of `sqs`.
    pub fn new(functions: Arc<dyn Functions>, function: &Function, sqs: Arc<Sqs>) -> Self {
        Self { functions, arn: function.arn.clone(), retry: function.retry.clone(), sqs }
    }

    async fn try_on(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let born = Instant::now();
        let age_max = Duration::from_secs(self.retry.age_max_s.into());
        let mut attempts = 0;
        loop {
            let error = match self.functions.invoke(function, payload.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = PAUSES.get(attempts as usize).copied().filter(|_| attempts < self.retry.attempts_max);
            attempts += 1;
            match pause {
                Some(pause) if born.elapsed() + pause <= age_max => tokio::time::sleep(pause).await,
                Some(_) => return self.give_up("EventAgeExceeded", &payload, attempts, error).await,
                None => return self.give_up("RetriesExhausted", &payload, attempts, error).await,
            }
        }
    }

    async fn give_up(
        &self,
        condition: &str,
        payload: &[u8],
        attempts: u32,
        error: InvokeError,
    ) -> Result<Bytes, InvokeError> {
        if let Some(arn) = &self.retry.on_failure {
            let queue = arn.rsplit(':').next().unwrap_or_default();
            let record = record(&self.arn, condition, payload, attempts, &error).to_string();
            let body = json!({ "QueueUrl": format!("/000000000000/{queue}"), "MessageBody": record });
            let call = Call {
                service: "sqs".to_owned(),
                operation: "SendMessage".to_owned(),
                caller: Caller::Administrator,
                method: Method::POST,
                uri: Uri::from_static("/"),
                headers: HeaderMap::new(),
                body: Bytes::from(body.to_string()),
            };
            if let Err(refusal) = self.sqs.call(call).await {
                tracing::warn!(
                    queue,
                    reason = refusal.message,
                    "a failed invocation cannot be sent to its destination"
                );
            }
        }
        Err(error)
    }
}

impl Functions for Asynchronous {
    fn invoke(&self, function: &str, payload: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>> {
        let function = function.to_owned();
        Box::pin(async move { self.try_on(&function, payload).await })
    }
}

/// "Invocation record" of a destination.
fn record(arn: &str, condition: &str, payload: &[u8], attempts: u32, error: &InvokeError) -> Value {
    let (kind, message) = match error {
        InvokeError::Function { kind, message } => (kind.as_str(), message.as_str()),
        InvokeError::TimedOut => ("Sandbox.Timedout", "Task timed out"),
        InvokeError::Unavailable(message) => ("Runtime.ExitError", message.as_str()),
    };
    json!({
        "version": "1.0",
        "timestamp": clock::iso(clock::now_ms()),
        "requestContext": {
            "requestId": random::uuid(),
            "functionArn": format!("{arn}:$LATEST"),
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": serde_json::from_slice::<Value>(payload).unwrap_or_default(),
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "responsePayload": { "errorType": kind, "errorMessage": message },
    })
}
