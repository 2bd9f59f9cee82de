//! A running service behind a small door of its own, and clients to reach it.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_kinesisvideo::config::{BehaviorVersion, Credentials as SdkCredentials, Region};
use aws_sdk_kinesisvideo::error::ProvideErrorMetadata;
use aws_sdk_kinesisvideo::types::{ChannelProtocol, ChannelRole, SingleMasterChannelEndpointConfiguration};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use local_kvs::{Kvs, Limits, Options, Turn, TurnOptions};
use local_wire::sigv4::{self, Credentials, Key};
use local_wire::{Authorize, Call, Caller, Refusal, Service};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const ADMINISTRATOR: (&str, &str, Option<&str>) = ("AKIDLOCAL", "local", None);
pub const FUNCTION: (&str, &str, Option<&str>) = ("ASIAFUNCTION", "function-secret", Some("IQoJb3//+=tok"));

/// What sockets are opened as.
pub type Keys = (&'static str, &'static str, Option<&'static str>);
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// KVS and TURN on ports of their own.
pub struct Stack {
    pub address: SocketAddr,
    pub kvs: Kvs,
    pub turn: Turn,
}

impl Stack {
    pub async fn start() -> Self {
        Self::with(Limits::local(), None, Arc::new(|_, _, _| true)).await
    }

    pub async fn with(limits: Limits, data: Option<&Path>, authorize: Authorize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let turn = Turn::start(TurnOptions { port: 0, secret: None, limits: limits.clone() }).await.unwrap();
        let credentials = credentials();
        let kvs = Kvs::open(Options {
            aws_port: address.port(),
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            data: data.map(Path::to_owned),
            credentials: credentials.clone(),
            authorize,
            relay: turn.relay(),
            limits,
        })
        .unwrap();
        let door = Door { credentials, service: kvs.service() };
        let router = Router::new().fallback(enter).with_state(Arc::new(door)).merge(kvs.sockets());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, kvs, turn }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn control(&self) -> aws_sdk_kinesisvideo::Client {
        let config = aws_sdk_kinesisvideo::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(sdk_credentials())
            .retry_config(aws_sdk_kinesisvideo::config::retry::RetryConfig::disabled())
            .endpoint_url(self.url())
            .http_client(http_client())
            .build();
        aws_sdk_kinesisvideo::Client::from_conf(config)
    }

    pub fn data_plane(&self) -> aws_sdk_kinesisvideosignaling::Client {
        let config = aws_sdk_kinesisvideosignaling::Config::builder()
            .behavior_version(aws_sdk_kinesisvideosignaling::config::BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(sdk_credentials())
            .retry_config(aws_sdk_kinesisvideosignaling::config::retry::RetryConfig::disabled())
            .endpoint_url(self.url())
            .http_client(http_client())
            .build();
        aws_sdk_kinesisvideosignaling::Client::from_conf(config)
    }

    /// A new channel that is ready to be used.
    pub async fn channel(&self, name: &str) -> Channel {
        let created = self.control().create_signaling_channel().channel_name(name).send().await.unwrap();
        self.channel_of(created.channel_arn().unwrap()).await
    }

    /// A channel by its ARN, once it is ready to be used.
    pub async fn channel_of(&self, arn: &str) -> Channel {
        let master = self.endpoint(arn, ChannelRole::Master).await;
        let viewer = self.endpoint(arn, ChannelRole::Viewer).await;
        Channel { arn: arn.to_owned(), master, viewer }
    }

    /// Asks until the channel is no longer being created.
    async fn endpoint(&self, arn: &str, role: ChannelRole) -> String {
        let wish = SingleMasterChannelEndpointConfiguration::builder().protocols(ChannelProtocol::Wss).role(role);
        let (client, wish) = (self.control(), wish.build());
        for _ in 0..100 {
            let asked = client.get_signaling_channel_endpoint().channel_arn(arn);
            match asked.single_master_channel_endpoint_configuration(wish.clone()).send().await {
                Ok(answer) => return answer.resource_endpoint_list()[0].resource_endpoint().unwrap().to_owned(),
                Err(error) => assert_eq!(error.code(), Some("ResourceInUseException")),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{arn} does not become ACTIVE")
    }
}

/// A channel and its two WSS endpoints.
pub struct Channel {
    pub arn: String,
    pub master: String,
    pub viewer: String,
}

impl Channel {
    pub fn master_url(&self) -> String {
        presign(&self.master, &self.arn, None, ADMINISTRATOR, SystemTime::now())
    }

    pub fn viewer_url(&self, client: &str) -> String {
        presign(&self.viewer, &self.arn, Some(client), ADMINISTRATOR, SystemTime::now())
    }

    pub async fn join_as_master(&self) -> Socket {
        connect_async(self.master_url()).await.unwrap().0
    }

    pub async fn join_as_viewer(&self, client: &str) -> Socket {
        connect_async(self.viewer_url(client)).await.unwrap().0
    }
}

/// Tells that a test did not run, also when the test harness captures what tests print.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Status and exception name of a refused handshake.
pub async fn refused(url: &str) -> (u16, String) {
    match connect_async(url).await {
        Err(Error::Http(response)) => {
            let name = response.headers()["x-amzn-errortype"].to_str().unwrap().to_owned();
            (response.status().as_u16(), name)
        }
        other => panic!("a refusal was expected: {other:?}"),
    }
}

/// A WSS URL as a backend presigns it for a browser, with AWS's signer.
pub fn presign(endpoint: &str, arn: &str, client: Option<&str>, keys: Keys, at: SystemTime) -> String {
    let (access_key, secret, token) = keys;
    let identity =
        aws_credential_types::Credentials::new(access_key, secret, token.map(str::to_owned), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(299));
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("kinesisvideo")
        .time(at)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let encoded = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    let mut url = format!("{}?X-Amz-ChannelARN={}", endpoint.replacen("ws://", "http://", 1), encoded(arn));
    if let Some(client) = client {
        url.push_str(&format!("&X-Amz-ClientId={}", encoded(client)));
    }
    let host = endpoint.trim_start_matches("ws://").split('/').next().unwrap().to_owned();
    let headers = [("host", host.as_str())];
    let signable = SignableRequest::new("GET", &url, headers.into_iter(), SignableBody::Bytes(b"")).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    let mut request = http::Request::builder().uri(&url).body(()).unwrap();
    instructions.apply_to_request_http1x(&mut request);
    request.uri().to_string().replacen("http://", "ws://", 1)
}

pub fn credentials() -> Credentials {
    let table = Credentials::new();
    for ((access_key, secret, token), caller) in
        [(ADMINISTRATOR, Caller::Administrator), (FUNCTION, Caller::Function("MessageFunction".to_owned()))]
    {
        let key = Key { secret: secret.to_owned(), session_token: token.map(str::to_owned), caller };
        table.insert(access_key, key);
    }
    table
}

fn sdk_credentials() -> SdkCredentials {
    SdkCredentials::new(ADMINISTRATOR.0, ADMINISTRATOR.1, None, None, "test")
}

fn http_client() -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

struct Door {
    credentials: Credentials,
    service: Arc<dyn Service>,
}

/// Checks the signature, calls the service, renders rest-json.
async fn enter(State(door): State<Arc<Door>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let signed = sigv4::Request { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body: &body };
    let answer = match sigv4::check_header(signed, &door.credentials, SystemTime::now()) {
        Err(denied) => Err(denied.refusal(403)),
        Ok(signed) if signed.service != "kinesisvideo" => {
            Err(Refusal::new(403, "InvalidSignatureException", "Credential should be scoped to kinesisvideo."))
        }
        Ok(signed) => {
            let call = Call {
                service: signed.service,
                operation: String::new(),
                caller: signed.caller,
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                body,
            };
            door.service.call(call).await
        }
    };
    match answer {
        Ok(reply) => Response::builder()
            .status(reply.status)
            .header("content-type", reply.content_type)
            .body(Body::from(reply.body))
            .unwrap(),
        Err(refusal) => Response::builder()
            .status(StatusCode::from_u16(refusal.status).unwrap())
            .header("content-type", "application/json")
            .header("x-amzn-errortype", refusal.code)
            .body(Body::from(serde_json::json!({ "Message": refusal.message }).to_string()))
            .unwrap(),
    }
}
