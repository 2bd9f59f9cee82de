//! The way to a push service.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// A push service that has not answered by then is asked again later.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Sends one request; nothing when no answer came.
pub(crate) type Post =
    Box<dyn Fn(Request<Full<Bytes>>) -> Pin<Box<dyn Future<Output = Option<StatusCode>> + Send>> + Send + Sync>;

/// HTTPS and nothing else, with the certificates that the machine trusts.
pub(crate) fn over_https() -> Result<Post, String> {
    let connector = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| error.to_string())?;
    let client: Client<_, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build(connector.https_only().enable_http1().build());
    Ok(Box::new(move |request| {
        let sent = client.request(request);
        Box::pin(async move {
            let answered = tokio::time::timeout(ANSWERED_WITHIN, sent).await;
            Some(answered.ok()?.ok()?.status())
        })
    }))
}
