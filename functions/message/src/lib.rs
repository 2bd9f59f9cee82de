//! `$default` of the WebSocket API: does what a frame asks.

use app::Settings;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::id::ConnectionId;
use lambda_runtime::{Error, LambdaEvent};
use ports::World;
use serde_json::{Value, json};

/// Handles one frame. The page is answered through its socket; the gateway learns nothing.
///
/// # Errors
/// The event is none of the gateway's.
pub async fn handle<W: World>(
    world: &W,
    settings: &Settings,
    event: LambdaEvent<ApiGatewayWebsocketProxyRequest>,
) -> Result<Value, Error> {
    let request = event.payload;
    let connection = request.request_context.connection_id.as_deref().unwrap_or_default();
    let connection = ConnectionId::parse(connection)?;
    // A binary frame arrives in base64, which is no JSON: it is refused as such.
    let frame = request.body.unwrap_or_default();
    // The page has been told and the log as well; a failed invocation would only have the gateway add words of its own.
    let _ = app::message(world, settings, &connection, &frame).await;
    Ok(json!({ "statusCode": 200 }))
}
