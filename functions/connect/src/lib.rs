//! `$connect` of the WebSocket API: a ticket in, a socket open.

use app::{ORIGIN_SECRET, Settings, Upgrade};
use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use domain::fact::ConnectionMark;
use domain::id::ConnectionId;
use domain::network::Network;
use domain::quota::UPGRADES;
use domain::refusal::{Code, Refusal};
use domain::time::TimeMs;
use domain::trace::Trace;
use lambda_runtime::{Error, LambdaEvent};
use ports::{Ambient, Journal, Store};
use tracing::Instrument;

/// The subprotocol that is spoken, and echoed so that the browser accepts the upgrade.
pub const SUBPROTOCOL: &str = "speedconnect.v1";
const TICKET_PREFIX: &str = "ticket.";
const TRACE_PREFIX: &str = "trace.";
/// Set by the edge alone: the viewer's address.
const VIEWER: &str = "x-sc-viewer";
const PROTOCOL_HEADER: &str = "sec-websocket-protocol";

/// Accepts or refuses an upgrade.
///
/// # Errors
/// A port failed, or the event is none of the gateway's.
pub async fn handle<W: Store + Journal + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    event: LambdaEvent<ApiGatewayWebsocketProxyRequest>,
) -> Result<ApiGatewayProxyResponse, Error> {
    let request = event.payload;
    let connection = ConnectionId::parse(request.request_context.connection_id.as_deref().unwrap_or_default())?;
    if let Err(refusal) = settings.origin_secrets.admit(header(&request.headers, ORIGIN_SECRET)) {
        tracing::warn!("refused a socket that has gone past the edge");
        return Ok(refused(&refusal));
    }
    let offered: Vec<&str> = header(&request.headers, PROTOCOL_HEADER).map(split).unwrap_or_default();
    if !offered.contains(&SUBPROTOCOL) {
        return Ok(answer(400));
    }
    let ticket = offered.iter().find_map(|protocol| protocol.strip_prefix(TICKET_PREFIX));
    let trace = offered.iter().find_map(|protocol| protocol.strip_prefix(TRACE_PREFIX));
    let trace = trace.and_then(|text| Trace::parse(text).ok());
    let connected_at = request.request_context.connected_at.try_into().unwrap_or_default();
    let upgrade = Upgrade {
        connection: &connection,
        opened_at: TimeMs(connected_at),
        ticket,
        origin: header(&request.headers, "origin"),
        trace: trace.as_ref(),
    };
    let network = Network::of(header(&request.headers, VIEWER));
    let mark = ConnectionMark::of(&connection);
    let (mark, tab) = (mark.as_str(), trace.as_ref().map(Trace::as_str));
    let opening = async {
        app::pass(world, &settings.pacer, &settings.chosen(UPGRADES), network.as_str()).await?;
        app::connect(world, settings, upgrade).await
    };
    match opening.instrument(tracing::info_span!("upgrade", connection = mark, trace = tab)).await {
        Ok(()) => {
            // The one line that tells which connection is which tab's.
            tracing::info!(connection = mark, trace = tab, "opened");
            let mut accepted = answer(200);
            accepted.headers.insert(PROTOCOL_HEADER, HeaderValue::from_static(SUBPROTOCOL));
            Ok(accepted)
        }
        Err(app::Error::Refused(refusal)) => {
            tracing::info!(code = refusal.code.as_str(), connection = mark, trace = tab, "refused a connection");
            app::note_refusal(world, "$connect", &refusal, trace.as_ref()).await;
            Ok(refused(&refusal))
        }
        Err(error) => {
            app::note_refusal(world, "$connect", &error.refusal(), trace.as_ref()).await;
            Err(error.into())
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn split(protocols: &str) -> Vec<&str> {
    protocols.split(',').map(str::trim).collect()
}

fn refused(refusal: &Refusal) -> ApiGatewayProxyResponse {
    let mut refused = answer(match refusal.code {
        Code::Forbidden => 403,
        Code::RateLimited => 429,
        Code::InvalidRequest
        | Code::Unauthorized
        | Code::NotFound
        | Code::Conflict
        | Code::Gone
        | Code::TooLarge
        | Code::Banned
        | Code::NotInSession
        | Code::AlreadyInQueue
        | Code::Unavailable
        | Code::Internal => 401,
    });
    if let Some(wait) = refusal.retry_after {
        refused.headers.insert("retry-after", HeaderValue::from(wait.whole_seconds_up()));
    }
    refused
}

fn answer(status: i64) -> ApiGatewayProxyResponse {
    let mut answer = ApiGatewayProxyResponse::default();
    answer.status_code = status;
    answer
}
