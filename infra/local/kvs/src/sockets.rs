//! The WebSockets: the handshake as AWS refuses or accepts it, then frames to and from the hub.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use local_wire::{Refusal, sigv4};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};

use crate::control::{arn, endpoint_id};
use crate::kvs::{FRAMES_WAITING_MAX, Order, Shared, now_ms};
use crate::signaling::{ClientId, ConnectionId, Peer, Refused};

/// As the WebSocket APIs of API Gateway, on which the service seems to run.
const MESSAGE_BYTES_MAX: usize = 128 * 1024;
const FRAME_BYTES_MAX: usize = 32 * 1024;
/// How long a handshake or one write may take.
const PATIENCE: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/kvs/{endpoint}", any(upgrade)).with_state(shared)
}

async fn upgrade(State(shared): State<Arc<Shared>>, mut request: Request) -> Response {
    match shared.faults.strike().await {
        Ok(()) => accept(&shared, &mut request).unwrap_or_else(|refusal| refused(&refusal)),
        Err(refusal) => refused(&refusal),
    }
}

fn accept(shared: &Arc<Shared>, request: &mut Request) -> Result<Response, Refusal> {
    let (channel_arn, peer) = check(shared, request)?;
    let response = create_response_with_body(request, Body::empty)
        .map_err(|error| Refusal::new(400, "InvalidArgumentException", error.to_string()))?;
    let upgrade = hyper::upgrade::on(request);
    let (id, orders) = register(shared, &channel_arn, peer)?;
    tokio::spawn(serve(Arc::clone(shared), id, orders, upgrade));
    Ok(response)
}

/// Who wants to connect to which channel, once signature, arguments and policy are right.
fn check(shared: &Shared, request: &Request) -> Result<(String, Peer), Refusal> {
    let options = &shared.options;
    let denied = |text: String| Refusal::new(403, "AccessDeniedException", text);
    let signed = sigv4::Request { method: request.method(), uri: request.uri(), headers: request.headers(), body: b"" };
    let signed = sigv4::check_query(signed, &options.credentials, SystemTime::now())
        .map_err(|error| denied(error.to_string()))?;
    if (signed.service.as_str(), signed.region.as_str()) != ("kinesisvideo", options.region.as_str()) {
        return Err(denied("Credential should be scoped to kinesisvideo and the channel's region.".to_owned()));
    }
    let invalid = |text: &str| Refusal::new(400, "InvalidArgumentException", text);
    let channel_arn = parameter(request.uri(), "X-Amz-ChannelARN")?;
    let channel_arn = arn(channel_arn.ok_or_else(|| invalid("X-Amz-ChannelARN is missing."))?, "X-Amz-ChannelARN")?;
    let (side, endpoint) = request.uri().path().trim_start_matches("/kvs/").split_once('-').unwrap_or_default();
    let (peer, action) = match side {
        "m" => (Peer::Master, "kinesisvideo:ConnectAsMaster"),
        "v" => {
            let client = parameter(request.uri(), "X-Amz-ClientId")?;
            let client = client.ok_or_else(|| invalid("X-Amz-ClientId is missing."))?;
            let text = "X-Amz-ClientId must be 1 to 256 of [a-zA-Z0-9_.-] and not begin with AWS_.";
            let client = ClientId::parse(&client).ok_or_else(|| invalid(text))?;
            (Peer::Viewer(client), "kinesisvideo:ConnectAsViewer")
        }
        _ => return Err(no_channel(&channel_arn)),
    };
    if !(options.authorize)(&signed.caller, action, &channel_arn) {
        return Err(denied(format!("The signer is not authorized to perform {action} on this channel.")));
    }
    if endpoint != endpoint_id(&channel_arn) {
        return Err(no_channel(&channel_arn));
    }
    Ok((channel_arn, peer))
}

fn register(shared: &Shared, channel_arn: &str, peer: Peer) -> Result<(ConnectionId, mpsc::Receiver<Order>), Refusal> {
    let mut world = shared.world();
    let now_ms = now_ms();
    world.registry.usable(channel_arn, now_ms)?;
    let (id, waiting) = world.hub.connect(channel_arn, peer, now_ms).map_err(|refused| {
        let text = match refused {
            Refused::TooFast => "Too many connects a second to this channel.",
            Refused::TooManyViewers => "The channel has all the viewers it can have.",
        };
        Refusal::new(400, "ClientLimitExceededException", text)
    })?;
    // What waits must fit, or the newcomer would be dropped for being slow.
    let (outbox, orders) = mpsc::channel(FRAMES_WAITING_MAX + waiting.len());
    world.outbox_by_connection.insert(id, outbox);
    world.dispatch(waiting);
    Ok((id, orders))
}

async fn serve(
    shared: Arc<Shared>,
    id: ConnectionId,
    orders: mpsc::Receiver<Order>,
    upgrade: hyper::upgrade::OnUpgrade,
) {
    if let Ok(Ok(upgraded)) = timeout(PATIENCE, upgrade).await {
        let config =
            WebSocketConfig::default().max_message_size(Some(MESSAGE_BYTES_MAX)).max_frame_size(Some(FRAME_BYTES_MAX));
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        relay_frames(&shared, id, orders, socket).await;
    }
    shared.world().forget(id);
}

async fn relay_frames(shared: &Shared, id: ConnectionId, mut orders: mpsc::Receiver<Order>, mut socket: Socket) {
    loop {
        let deadline_ms = shared.world().hub.deadline_ms(id);
        let pause = Duration::from_millis(deadline_ms.unwrap_or(u64::MAX / 2).saturating_sub(now_ms()));
        let outgoing = tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(text)) => Some(Message::text(text)),
                Some(Order::Close) | None => {
                    let frame = CloseFrame { code: CloseCode::Away, reason: "Going away".into() };
                    let _ = timeout(PATIENCE, socket.close(Some(frame))).await;
                    return;
                }
            },
            incoming = socket.next() => match incoming {
                Some(Ok(message)) => {
                    if !take(shared, id, &message) {
                        // Sends the answer to the client's close frame.
                        let _ = timeout(PATIENCE, socket.flush()).await;
                        return;
                    }
                    None
                }
                Some(Err(error)) => {
                    refuse_frame(&mut socket, &error).await;
                    return;
                }
                None => return,
            },
            () = sleep(pause) => {
                let mut world = shared.world();
                let outputs = world.hub.wake(id, now_ms());
                world.dispatch(outputs);
                None
            }
        };
        if let Some(message) = outgoing
            && !matches!(timeout(PATIENCE, socket.send(message)).await, Ok(Ok(())))
        {
            return;
        }
    }
}

/// One frame from the client; `false` when it was the last one.
fn take(shared: &Shared, id: ConnectionId, message: &Message) -> bool {
    let mut world = shared.world();
    let now_ms = now_ms();
    match message {
        Message::Text(_) if shared.faults.swallows() => world.hub.alive(id, now_ms),
        Message::Text(text) => {
            let arn = world.hub.arn(id).unwrap_or_default().to_owned();
            let ttl_s = world.registry.usable(&arn, now_ms).map_or(0, |channel| channel.message_ttl_s);
            let outputs = world.hub.receive(id, text, u64::from(ttl_s) * 1000, now_ms);
            world.dispatch(outputs);
        }
        Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => world.hub.alive(id, now_ms),
        Message::Close(_) => return false,
    }
    true
}

/// Says why a frame ended the connection, where the protocol has a word for it (RFC 6455, 7.4.1).
async fn refuse_frame(socket: &mut Socket, error: &tokio_tungstenite::tungstenite::Error) {
    use tokio_tungstenite::tungstenite::Error;
    let code = if matches!(error, Error::Capacity(_)) {
        CloseCode::Size
    } else if matches!(error, Error::Utf8(_)) {
        CloseCode::Invalid
    } else {
        return;
    };
    let _ = timeout(PATIENCE, socket.close(Some(CloseFrame { code, reason: "".into() }))).await;
}

fn no_channel(channel_arn: &str) -> Refusal {
    let text = format!("The endpoint does not belong to the channel {channel_arn}.");
    Refusal::new(404, "ResourceNotFoundException", text)
}

fn parameter(uri: &Uri, name: &str) -> Result<Option<String>, Refusal> {
    let mut values = sigv4::query_parameters(uri).filter(|(known, _)| known == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Refusal::new(400, "InvalidArgumentException", format!("{name} is given twice."))),
    }
}

fn refused(refusal: &Refusal) -> Response {
    let body = serde_json::json!({ "Message": refusal.message }).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-amzn-errortype", HeaderValue::from_static(refusal.code));
    response
}
