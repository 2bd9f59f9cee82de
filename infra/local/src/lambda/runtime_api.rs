//! The Lambda Runtime API of one worker ("Using the Lambda runtime API for custom runtimes").

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use local_wire::InvokeError;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

use super::PAYLOAD_MAX_BYTES;
use super::environment::DAEMON;
use super::pool::Pool;
use super::worker::{NotMine, Worker};
use crate::{clock, random};

const VERSION: &str = "/2018-06-01/runtime/";

/// Serves a worker's process until the task is ended.
pub async fn serve(listener: TcpListener, worker: Arc<Worker>, pool: Arc<Pool>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        // A failed accept (no file descriptor left) is tried again; the worker's limits end the wait.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        // Without it only latency suffers.
        let _ = stream.set_nodelay(true);
        let (worker, pool) = (Arc::clone(&worker), Arc::clone(&pool));
        let service = service_fn(move |request| {
            let (worker, pool) = (Arc::clone(&worker), Arc::clone(&pool));
            async move { Ok::<_, Infallible>(answer(request, &worker, &pool).await) }
        });
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(request: Request<Incoming>, worker: &Arc<Worker>, pool: &Arc<Pool>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix(VERSION) else { return status(StatusCode::NOT_FOUND) };
    let parts: Vec<&str> = path.split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => next(worker, pool).await,
        (&Method::POST, ["invocation", id, "response"]) => {
            let result = body(request).await;
            let fits = !matches!(result, Err(InvokeError::Function { .. }));
            let success = if fits { StatusCode::ACCEPTED } else { StatusCode::PAYLOAD_TOO_LARGE };
            finished(pool, worker.finish(id, result), success)
        }
        (&Method::POST, ["invocation", id, "error"]) => {
            let reported = body(request).await.map(|body| Report::read(&body)).unwrap_or_default();
            let error = InvokeError::Function { kind: reported.kind, message: reported.message };
            finished(pool, worker.finish(id, Err(error)), StatusCode::ACCEPTED)
        }
        (&Method::POST, ["init", "error"]) => {
            let reported = body(request).await.map(|body| Report::read(&body)).unwrap_or_default();
            worker.init_failed(format!("{}: {}", reported.kind, reported.message));
            status(StatusCode::ACCEPTED)
        }
        _ => status(StatusCode::NOT_FOUND),
    }
}

async fn next(worker: &Arc<Worker>, pool: &Arc<Pool>) -> Response<Full<Bytes>> {
    let Some(delivery) = pool.next(worker).await else { return status(StatusCode::FORBIDDEN) };
    let program = pool.program();
    let deadline_ms = clock::now_ms() + u64::try_from(program.timeout.as_millis()).unwrap_or(u64::MAX);
    let sampled = u8::from(program.environment.contains_key(DAEMON));
    let (root, parent) = (random::hex::<12>(), random::hex::<8>());
    let trace = format!("Root=1-{:08x}-{root};Parent={parent};Sampled={sampled}", clock::now_ms() / 1000);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", delivery.request_id)
        .header("lambda-runtime-deadline-ms", deadline_ms)
        .header("lambda-runtime-invoked-function-arn", program.arn.as_str())
        .header("lambda-runtime-trace-id", trace)
        .body(Full::new(delivery.payload));
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn body(request: Request<Incoming>) -> Result<Bytes, InvokeError> {
    match Limited::new(request.into_body(), PAYLOAD_MAX_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(InvokeError::Function {
            kind: "Function.ResponseSizeTooLarge".to_owned(),
            message: format!(
                "Response payload size exceeded maximum allowed payload size ({PAYLOAD_MAX_BYTES} bytes)."
            ),
        }),
        Err(error) => Err(InvokeError::Unavailable(format!("the answer broke off: {error}"))),
    }
}

fn finished(pool: &Pool, result: Result<Duration, NotMine>, success: StatusCode) -> Response<Full<Bytes>> {
    match result {
        Ok(took) => {
            pool.meter(took);
            status(success)
        }
        Err(NotMine) => {
            let refusal = json!({"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"});
            let mut response = Response::new(Full::new(Bytes::from(refusal.to_string())));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    }
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let body = if code.is_success() { r#"{"status":"OK"}"# } else { "{}" };
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = code;
    response
}

/// What a function reports of an error.
#[derive(Deserialize, Default)]
struct Report {
    #[serde(rename = "errorType", default)]
    kind: String,
    #[serde(rename = "errorMessage", default)]
    message: String,
}

impl Report {
    fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| Self {
            kind: "Runtime.Unknown".to_owned(),
            message: String::from_utf8_lossy(body).into_owned(),
        })
    }
}
