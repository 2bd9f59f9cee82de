//! The way to a push service.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A push service that has not answered by then is asked again later.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Sends one request; nothing when no answer came.
pub(crate) type Post =
    Box<dyn Fn(Request<Full<Bytes>>) -> Pin<Box<dyn Future<Output = Option<StatusCode>> + Send>> + Send + Sync>;

/// HTTPS and nothing else, with the certificates that the machine trusts; they are read when the first message goes out.
pub(crate) fn over_https() -> Post {
    let client = OnceLock::new();
    Box::new(move |request| {
        let sent = client.get_or_init(connected).as_ref().map(|client| client.request(request));
        Box::pin(async move {
            let answered = tokio::time::timeout(ANSWERED_WITHIN, sent?).await;
            Some(answered.ok()?.ok()?.status())
        })
    })
}

fn connected() -> Option<Client<HttpsConnector<HttpConnector>, Full<Bytes>>> {
    let connector = HttpsConnectorBuilder::new().with_native_roots();
    let connector =
        connector.inspect_err(|error| tracing::error!(%error, "the machine trusts no certificates")).ok()?;
    Some(Client::builder(TokioExecutor::new()).build(connector.https_only().enable_http1().build()))
}
