//! `$disconnect` of the WebSocket API: best effort, late and repeated as it comes.

use app::Settings;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::fact::ConnectionMark;
use domain::id::ConnectionId;
use lambda_runtime::{Error, LambdaEvent};
use ports::World;
use serde_json::{Value, json};
use tracing::Instrument;

/// Notes that a connection is lost.
///
/// # Errors
/// A port failed, or the event is none of the gateway's.
pub async fn handle<W: World>(
    world: &W,
    settings: &Settings,
    event: LambdaEvent<ApiGatewayWebsocketProxyRequest>,
) -> Result<Value, Error> {
    let connection = ConnectionId::parse(&event.payload.request_context.connection_id.unwrap_or_default())?;
    // By its mark the line of `connect` is found, which has the trace.
    let span = tracing::info_span!("disconnect", connection = ConnectionMark::of(&connection).as_str());
    span.in_scope(|| tracing::info!("closed"));
    app::lost(world, settings, &connection).instrument(span).await?;
    Ok(json!({ "statusCode": 200 }))
}
