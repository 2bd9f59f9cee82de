#![doc = include_str!("../README.md")]

mod post;
mod vapid;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::id::CallId;
use domain::push::Subscription;
use domain::time::SpanMs;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use hyper::{Request, StatusCode, Uri};
use ports::{Ambient, Error, Push, Pushed, SystemAmbient};
use web_push_native::{Auth, WebPushBuilder};

use post::{Post, over_https};
use vapid::Vapid;

/// A message is delivered at once or not at all: it rings.
const URGENCY: (HeaderName, HeaderValue) = (HeaderName::from_static("urgency"), HeaderValue::from_static("high"));
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// The browsers that have subscribed, by way of their push services.
pub struct Browsers {
    vapid: Vapid,
    post: Post,
}

/// A key with which pushes cannot be signed.
#[derive(Debug, thiserror::Error)]
#[error("the key for pushes cannot be used: {0}")]
pub struct BadKey(String);

impl Browsers {
    /// Takes the deployment's key (PKCS#8, PEM), and its origin as the contact that a push service may ask for.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn new(private_pem: &str, origin: &str) -> Result<Self, BadKey> {
        Ok(Self::by(Vapid::new(private_pem, origin)?, over_https()))
    }

    /// The same over a way of one's own.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn through(
        private_pem: &str,
        origin: &str,
        send: impl Fn(Request<Full<Bytes>>) -> Option<StatusCode> + Send + Sync + 'static,
    ) -> Result<Self, BadKey> {
        let post: Post = Box::new(move |request| {
            let answered = send(request);
            Box::pin(async move { answered })
        });
        Ok(Self::by(Vapid::new(private_pem, origin)?, post))
    }

    fn by(vapid: Vapid, post: Post) -> Self {
        Self { vapid, post }
    }

    /// The public half of the key, as browsers want it (`applicationServerKey`).
    #[must_use]
    pub fn public_key(&self) -> &str {
        self.vapid.public_key()
    }

    fn request(
        &self,
        to: &Subscription,
        topic: &CallId,
        message: String,
        life: SpanMs,
    ) -> Option<Request<Full<Bytes>>> {
        let endpoint: Uri = to.endpoint.as_str().parse().ok()?;
        let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let public = p256::PublicKey::from_sec1_bytes(&decoded(&to.keys.p256dh)?).ok()?;
        let secret: [u8; 16] = decoded(&to.keys.auth)?.try_into().ok()?;
        let life = Duration::from_secs(life.whole_seconds_up());
        let request =
            WebPushBuilder::new(endpoint, public, Auth::from(secret)).with_valid_duration(life).build(message).ok()?;
        let mut request = request.map(|body| Full::new(Bytes::from(body)));
        let headers = request.headers_mut();
        let (name, value) = URGENCY;
        headers.insert(name, value);
        headers.insert(TOPIC, HeaderValue::from_str(topic.as_str()).ok()?);
        headers.insert(AUTHORIZATION, self.vapid.authorization(to.endpoint.origin(), SystemAmbient.now())?);
        Some(request)
    }
}

impl Push for Browsers {
    async fn push(&self, to: &Subscription, topic: &CallId, message: String, life: SpanMs) -> Result<Pushed, Error> {
        // Keys that are none: nothing can ever be sent there.
        let Some(request) = self.request(to, topic, message, life) else { return Ok(Pushed::Gone) };
        let failed = |why: String| Error::Failed { port: "push", why };
        match (self.post)(request).await {
            None => Err(failed("no answer".into())),
            Some(status) if status.is_success() => Ok(Pushed::Done),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE) => Ok(Pushed::Gone),
            Some(StatusCode::TOO_MANY_REQUESTS) => Err(Error::Throttled { port: "push" }),
            Some(status) if status.is_server_error() => Err(failed(status.as_str().to_owned())),
            Some(status) => {
                // Asked again it would be refused again.
                tracing::warn!(status = status.as_u16(), service = to.endpoint.origin(), "a push was refused");
                Ok(Pushed::Done)
            }
        }
    }
}
