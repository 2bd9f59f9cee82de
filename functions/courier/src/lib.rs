//! The queue of errands: each message is something to send out to people.

use app::Settings;
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::future::join_all;
use lambda_runtime::{Error, LambdaEvent};
use ports::{Mail, Push, World};
use tracing::Instrument;

/// Carries out the errands of a batch side by side; only those that failed come back.
///
/// # Errors
/// None: failures are told by message.
pub async fn handle<W, P>(
    world: &W,
    browsers: &P,
    settings: &Settings,
    event: LambdaEvent<SqsEvent>,
) -> Result<SqsBatchResponse, Error>
where
    W: World + Mail,
    P: Push + Sync,
{
    let errands = event.payload.records.iter().map(async |message| {
        let span = tracing::info_span!("errand", errand = message.message_id);
        let result = carry_out(world, browsers, settings, message).instrument(span.clone()).await;
        let _entered = span.enter();
        result.inspect(|()| tracing::info!("carried out")).err().map(|error| {
            match error.downcast_ref::<app::Error>() {
                // It was too early, as the first errand of an erasure may be, or somebody else was at the same rows.
                Some(app::Error::Refused(refusal)) => tracing::info!(%refusal, "an errand comes again"),
                Some(app::Error::Port(_)) | None => tracing::error!(%error, "an errand failed"),
            }
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.clone().unwrap_or_default();
            failure
        })
    });
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = join_all(errands).await.into_iter().flatten().collect();
    Ok(response)
}

async fn carry_out<W, P>(world: &W, browsers: &P, settings: &Settings, message: &SqsMessage) -> Result<(), Error>
where
    W: World + Mail,
    P: Push + Sync,
{
    let errand = protocol::errand::decode(message.body.as_deref().unwrap_or_default())?;
    Ok(app::carry_out(world, browsers, settings, &errand).await?)
}
