//! The delay queue: each message is a look to take.

use app::Settings;
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::future::join_all;
use lambda_runtime::{Error, LambdaEvent};
use ports::World;
use tracing::Instrument;

/// Takes the looks of a batch side by side; only those that failed come back.
///
/// # Errors
/// None: failures are told by message.
pub async fn handle<W: World>(
    world: &W,
    settings: &Settings,
    event: LambdaEvent<SqsEvent>,
) -> Result<SqsBatchResponse, Error> {
    let looks = event.payload.records.iter().map(async |message| {
        let span = tracing::info_span!("look", timer = message.message_id);
        let result = look(world, settings, message).instrument(span.clone()).await;
        result.err().map(|error| {
            span.in_scope(|| tracing::error!(%error, "a timer failed"));
            failure(message)
        })
    });
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = join_all(looks).await.into_iter().flatten().collect();
    Ok(response)
}

async fn look<W: World>(world: &W, settings: &Settings, message: &SqsMessage) -> Result<(), Error> {
    let (timer, due_at) = protocol::timer::decode(message.body.as_deref().unwrap_or_default())?;
    Ok(app::tick(world, settings, &timer, due_at).await?)
}

fn failure(message: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message.message_id.clone().unwrap_or_default();
    failure
}
