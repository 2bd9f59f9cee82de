//! `$disconnect` of the WebSocket API: best effort, late and repeated as it comes.

use app::Settings;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::id::ConnectionId;
use lambda_runtime::{Error, LambdaEvent};
use ports::World;
use serde_json::{Value, json};

/// Notes that a connection is lost.
///
/// # Errors
/// A port failed, or the event is none of the gateway's.
pub async fn handle<W: World>(
    world: &W,
    settings: &Settings,
    event: LambdaEvent<ApiGatewayWebsocketProxyRequest>,
) -> Result<Value, Error> {
    let connection = event.payload.request_context.connection_id.unwrap_or_default();
    app::lost(world, settings, &ConnectionId::parse(&connection)?).await?;
    Ok(json!({ "statusCode": 200 }))
}
