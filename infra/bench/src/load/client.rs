//! One bot: a socket with small buffers, and what it hears, told with its moment.

use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// There are thousands of bots, and the default of 128 KiB is for one.
const READ_BUFFER_BYTES: usize = 4096;

/// Something a bot has heard.
#[derive(Debug)]
pub struct Said {
    /// To whom.
    pub to: usize,
    /// When.
    pub at: Instant,
    /// What.
    pub word: Word,
}

/// What it can be.
#[derive(Debug, PartialEq, Eq)]
pub enum Word {
    /// `connected`
    Connected,
    /// `matched`
    Matched {
        /// The session.
        session: String,
        /// The address of its KVS channel; none where it is signaled over the relay.
        channel: Option<String>,
    },
    /// `message`, and when it was sent, counted from the start of the fleet.
    Heard(Duration),
    /// `pong`, to somebody who waits for nobody.
    Idle,
    /// `session-ended`
    Ended,
    /// `error`, or words of the gateway's own.
    Refused(String),
    /// The socket is closed.
    Closed,
    /// Anything else.
    Other,
}

/// Opens a socket with a ticket.
///
/// # Errors
/// It is refused.
pub async fn open(port: u16, ticket: &str) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://127.0.0.1:{port}/ws").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", format!("speedconnect.v1, ticket.{ticket}").parse()?);
    headers.insert("origin", format!("http://localhost:{port}").parse()?);
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES).write_buffer_size(0);
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
    Ok(opened.context("a socket is refused")?.0)
}

/// Lives until the socket or the fleet is gone: says what it is told to, tells what it hears, and confirms its matches
/// as a page does: that of a text call has no certificate to tell.
pub async fn live(
    number: usize,
    certificate: Option<&'static str>,
    mut socket: WebSocketStream<TcpStream>,
    mut orders: UnboundedReceiver<String>,
    heard: UnboundedSender<Said>,
) {
    loop {
        let word = tokio::select! {
            order = orders.recv() => match order {
                Some(order) => match socket.send(Message::text(order)).await {
                    Ok(()) => continue,
                    Err(_) => Word::Closed,
                },
                None => return,
            },
            frame = socket.next() => match frame {
                Some(Ok(Message::Text(text))) => read(&text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => Word::Closed,
                Some(Ok(_)) => continue,
            },
        };
        let at = Instant::now();
        if let Word::Matched { session, .. } = &word {
            let certificate = certificate.map(|sha256| format!(r#","sha256":"{sha256}""#)).unwrap_or_default();
            let data = format!(r#"{{"sessionId":"{session}","status":"received"{certificate}}}"#);
            let confirmed = frame("connection-status", &data);
            // A socket that breaks here says so to the next `recv`.
            drop(socket.send(Message::text(confirmed)).await);
        }
        let is_over = word == Word::Closed;
        if heard.send(Said { to: number, at, word }).is_err() || is_over {
            return;
        }
    }
}

/// A frame of a page.
pub fn frame(action: &str, data: &str) -> String {
    format!(r#"{{"action":"{action}","data":{data}}}"#)
}

#[derive(Deserialize)]
struct Frame<'a> {
    event: &'a str,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Matched<'a> {
    #[serde(rename = "sessionId")]
    session: &'a str,
    signaling: Signaling,
}

#[derive(Deserialize)]
struct Signaling {
    /// Of KVS only.
    url: Option<String>,
}

#[derive(Deserialize)]
struct Pong<'a> {
    state: Option<&'a str>,
}

#[derive(Deserialize)]
struct Line<'a> {
    message: &'a str,
}

#[derive(Deserialize)]
struct Refusal<'a> {
    code: &'a str,
}

/// What the gateway says itself: `{"message","connectionId","requestId"}`.
fn of_gateway(text: &str) -> String {
    let said = serde_json::from_str::<Line<'_>>(text).map(|line| line.message.to_owned());
    said.unwrap_or_else(|_| "no JSON".to_owned())
}

fn read(text: &str) -> Word {
    let Ok(frame) = serde_json::from_str::<Frame<'_>>(text) else { return Word::Refused(of_gateway(text)) };
    let data = frame.data.map_or("{}", RawValue::get);
    let word = match frame.event {
        "connected" => Some(Word::Connected),
        "session-ended" => Some(Word::Ended),
        "pong" => serde_json::from_str::<Pong<'_>>(data).ok().map(|pong| match pong.state {
            Some("idle") => Word::Idle,
            Some(_) | None => Word::Other,
        }),
        "matched" => serde_json::from_str::<Matched<'_>>(data)
            .ok()
            .map(|matched| Word::Matched { session: matched.session.to_owned(), channel: matched.signaling.url }),
        "message" => serde_json::from_str::<Line<'_>>(data).ok().and_then(|line| {
            let (sent, _) = line.message.split_once(':')?;
            Some(Word::Heard(Duration::from_micros(sent.parse().ok()?)))
        }),
        "error" => serde_json::from_str::<Refusal<'_>>(data).ok().map(|refusal| Word::Refused(refusal.code.to_owned())),
        _ => Some(Word::Other),
    };
    word.unwrap_or_else(|| Word::Refused(format!("unreadable {}", frame.event)))
}
