//! A running stack and the clients that speak to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_apigatewaymanagement as gateway;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::region::Region;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use local::{Options, Stack};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Nothing here takes that long.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The folder of the tests' template and page.
pub fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture")
}

/// The folder with the built `echo`.
pub fn functions_dir() -> PathBuf {
    let mut path = std::env::current_exe().expect("a test has a path");
    path.pop();
    path.pop();
    let path = path.join("examples");
    assert!(path.join("echo").exists(), "build the examples first: cargo build -p local --examples");
    path
}

/// The fixture's options; `echo` writes the socket events it gets to the returned file.
pub fn options(name: &str) -> (Options, PathBuf) {
    let log = std::env::temp_dir().join(format!("local-test-{name}-{}.log", std::process::id()));
    let _ = std::fs::remove_file(&log);
    let mut options = Options::new(fixture().join("template.yaml"), functions_dir());
    options.site = Some(fixture().join("site"));
    options.parameters.insert("EchoLog".to_owned(), log.to_string_lossy().into_owned());
    (options, log)
}

/// Starts the fixture.
pub async fn start(options: Options) -> Stack {
    Stack::start(options).await.expect("the fixture starts")
}

/// The events `echo` has written, once there are as many as wanted.
pub async fn events(log: &Path, wanted: usize) -> Vec<Value> {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let events: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if events.len() >= wanted {
            return events;
        }
        assert!(std::time::Instant::now() < deadline, "only {} of {wanted} events: {text}", events.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One HTTP request and its whole answer.
pub async fn request(stack: &Stack, request: http::request::Builder, body: impl Into<Bytes>) -> http::Response<Bytes> {
    let port = stack.urls().origin.rsplit(':').next().expect("a port").parse::<u16>().expect("a number");
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let request = request.header("host", format!("localhost:{port}")).body(Full::new(body.into())).expect("a request");
    let response = sender.send_request(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    http::Response::from_parts(parts, body.collect().await.expect("a body").to_bytes())
}

/// The answer to a GET.
pub async fn get(stack: &Stack, path: &str) -> http::Response<Bytes> {
    request(stack, http::Request::get(path), "").await
}

/// A body as JSON.
pub fn json(response: &http::Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

/// A client's socket.
pub struct Client(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// Opens a socket without subprotocol.
    pub async fn open(stack: &Stack) -> Self {
        Self::with(stack, "", None).await.expect("the socket opens").0
    }

    /// Opens a socket with a query and subprotocols; the chosen one comes back.
    pub async fn with(stack: &Stack, query: &str, protocols: Option<&str>) -> Result<(Self, Option<String>), Error> {
        let url = format!("{}{query}", stack.urls().sockets[0]);
        let mut request = url.into_client_request()?;
        if let Some(protocols) = protocols {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a header"));
        }
        request.headers_mut().insert("user-agent", "test".parse().expect("a header"));
        let (socket, response) = tokio_tungstenite::connect_async(request).await?;
        let chosen = response.headers().get("sec-websocket-protocol");
        Ok((Self(socket), chosen.map(|chosen| chosen.to_str().expect("text").to_owned())))
    }

    /// Sends a text.
    pub async fn send(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.expect("the text goes out");
    }

    /// The next message.
    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something comes")
    }

    /// The next message, which is JSON.
    pub async fn json(&mut self) -> Value {
        let message = self.next().await.expect("a message").expect("no error");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    }

    /// The code of the close frame, which comes next.
    pub async fn closed(&mut self) -> u16 {
        match self.next().await {
            Some(Ok(Message::Close(Some(frame)))) => frame.code.into(),
            other => panic!("a close frame, not {other:?}"),
        }
    }

    /// The id of the connection, as a function sees it.
    pub async fn id(&mut self) -> String {
        self.send(r#"{"action":"echo"}"#).await;
        self.json().await["requestContext"]["connectionId"].as_str().expect("an id").to_owned()
    }
}

/// AWS's own client for `@connections`.
pub fn connections(stack: &Stack, key: &str, secret: &str) -> gateway::Client {
    let config = gateway::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&stack.template().outputs["CallbackUrl"])
        .credentials_provider(Credentials::from_keys(key, secret, None))
        .http_client(tls());
    gateway::Client::from_conf(config.build())
}

/// The transport of AWS's clients.
pub fn tls() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
