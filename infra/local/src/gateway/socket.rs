//! The life of one connection: frames in, orders out, limits kept.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::hub::{Connection, Order};
use super::websocket::WebSocketApi;

/// The largest frame a client may send, in bytes ("Quotas for configuring and running a WebSocket API").
pub const FRAME_MAX_BYTES: usize = 32 * 1024;
/// The largest message, in or out, in bytes (same page).
pub const MESSAGE_MAX_BYTES: usize = 128 * 1024;
/// Messages of one connection that are handled at once; more wait in the client's socket.
const AT_ONCE_MAX: usize = 64;
/// Small, because there is one per connection and most are silent.
const READ_BUFFER_BYTES: usize = 4096;
/// How long a closed connection is listened to, so that the close frame is not lost in a reset.
const LINGER: Duration = Duration::from_secs(2);
/// Silence after which nothing more is expected of a closed connection.
const LINGER_QUIET: Duration = Duration::from_millis(300);

/// How a connection ended, in the words of `$disconnect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Status code (RFC 6455 section 7.4).
    pub code: u16,
    /// Reason.
    pub reason: String,
}

impl Closed {
    /// Without a close frame.
    pub fn abnormal() -> Self {
        Self { code: 1006, reason: "Connection closed abnormally".to_owned() }
    }
}

/// Why the loop ends.
enum End {
    /// The client closed, or is lost: nothing more can be said.
    Over(Closed),
    /// We close.
    Ours { code: u16, reason: &'static str, unread: bool },
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Serves a connection until its end.
pub async fn run(
    api: &Arc<WebSocketApi>,
    connection: &Arc<Connection>,
    mut orders: mpsc::Receiver<Order>,
    stream: TokioIo<Upgraded>,
) -> Closed {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(MESSAGE_MAX_BYTES))
        .max_frame_size(Some(FRAME_MAX_BYTES));
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let end = serve(api, connection, &mut orders, &mut socket).await;
    drop(orders);
    match end {
        End::Over(closed) => {
            // Sends the answer to a close frame; a lost connection ends this at once.
            let _ = timeout(LINGER, async { while let Some(Ok(_)) = socket.next().await {} }).await;
            closed
        }
        End::Ours { code, reason, unread } => {
            close(&mut socket, code, reason, unread).await;
            Closed { code, reason: reason.to_owned() }
        }
    }
}

async fn serve(
    api: &Arc<WebSocketApi>,
    connection: &Arc<Connection>,
    orders: &mut mpsc::Receiver<Order>,
    socket: &mut Socket,
) -> End {
    let at_once = Arc::new(Semaphore::new(AT_ONCE_MAX));
    let born = Instant::now();
    let mut free = None;
    loop {
        tokio::select! {
            permit = Arc::clone(&at_once).acquire_owned(), if free.is_none() => free = permit.ok(),
            frame = socket.next(), if free.is_some() => {
                connection.touch();
                match heard(frame) {
                    Heard::Text(text) => {
                        api.hub().meter(text.len());
                        let handled = Arc::clone(api).message(Arc::clone(connection), text);
                        let permit = free.take();
                        tokio::spawn(async move {
                            handled.await;
                            drop(permit);
                        });
                    }
                    Heard::Control => {}
                    Heard::End(end) => return end,
                }
            }
            order = orders.recv() => match order {
                Some(Order::Send(text)) => {
                    api.hub().meter(text.len());
                    connection.touch();
                    if socket.send(Message::text(text)).await.is_err() {
                        return End::Over(Closed::abnormal());
                    }
                }
                Some(Order::Close(code, reason)) => return End::Ours { code, reason, unread: false },
                None => return End::Over(Closed::abnormal()),
            },
            () = sleep_until(deadline(api, connection, born)) => {
                if deadline(api, connection, born) <= Instant::now() {
                    return End::Ours { code: 1001, reason: "Going away", unread: false };
                }
            }
        }
    }
}

/// What a frame means.
enum Heard {
    Text(String),
    Control,
    End(End),
}

fn heard(frame: Option<Result<Message, Error>>) -> Heard {
    let ours = |code, reason, unread| Heard::End(End::Ours { code, reason, unread });
    match frame {
        Some(Ok(Message::Text(text))) => Heard::Text(text.as_str().to_owned()),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Control,
        Some(Ok(Message::Binary(_))) => ours(1003, "Binary frames are not supported", false),
        Some(Ok(Message::Close(frame))) => Heard::End(End::Over(by_client(frame))),
        Some(Err(Error::Capacity(_))) => ours(1009, "Message too big", true),
        Some(Err(Error::Utf8(_))) => ours(1007, "Invalid text", true),
        Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
            Heard::End(End::Over(Closed::abnormal()))
        }
        Some(Err(Error::Protocol(_))) => ours(1002, "Protocol error", true),
        Some(Err(_)) | None => Heard::End(End::Over(Closed::abnormal())),
    }
}

fn by_client(frame: Option<CloseFrame>) -> Closed {
    match frame {
        Some(frame) => Closed { code: frame.code.into(), reason: frame.reason.as_str().to_owned() },
        None => Closed { code: 1005, reason: "Client-side close frame status not set".to_owned() },
    }
}

fn deadline(api: &WebSocketApi, connection: &Connection, born: Instant) -> Instant {
    let durations = api.durations();
    let active = Duration::from_millis(connection.last_active_at_ms().saturating_sub(connection.connected_at_ms));
    born + durations.longest.min(active + durations.idle)
}

/// Says goodbye. Bytes that the client has sent and nobody read would make the kernel reset the
/// connection, and the close frame with it, so they are read away.
async fn close(socket: &mut Socket, code: u16, reason: &'static str, unread: bool) {
    let frame = CloseFrame { code: code.into(), reason: reason.into() };
    if socket.send(Message::Close(Some(frame))).await.is_err() {
        return;
    }
    let linger = async {
        if unread {
            let mut scrap = [0; 1024];
            while let Ok(Ok(1..)) = timeout(LINGER_QUIET, socket.get_mut().read(&mut scrap)).await {}
        } else {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ = timeout(LINGER, linger).await;
}
