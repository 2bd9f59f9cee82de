//! The control plane behind the door.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::Method;
use local_wire::{Call, Refusal, Reply, Service};

use crate::control::{Context, Operation, run};
use crate::kvs::{Shared, World, now_ms};

/// `kinesisvideo` as a [`Service`].
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) shared: Arc<Shared>,
}

impl Service for Control {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move {
            self.shared.faults.strike().await?;
            self.answer(&call)
        })
    }
}

impl Control {
    fn answer(&self, call: &Call) -> Result<Reply, Refusal> {
        let operation = Operation::of_path(call.uri.path()).filter(|_| call.method == Method::POST);
        let operation = operation.ok_or_else(|| {
            let text = format!("{} {} is not an operation that is imitated.", call.method, call.uri.path());
            Refusal::new(404, "UnknownOperationException", text)
        })?;
        let fresh_version = fresh_version()?;
        let options = &self.shared.options;
        let arn_prefix = format!("arn:aws:kinesisvideo:{}:{}:channel/", options.region, options.account);
        let authority = format!("127.0.0.1:{}", options.aws_port);
        let mut world = self.shared.world();
        let World { registry, throttle, journal, .. } = &mut *world;
        let context = Context {
            registry,
            throttle,
            journal,
            relay: &options.relay,
            arn_prefix: &arn_prefix,
            authority: &authority,
            ice_ttl_s: options.limits.ice_ttl.as_secs(),
            fresh_version,
            now_ms: now_ms(),
        };
        let done = run(operation, &call.body, context)?;
        if let Some(arn) = done.deleted {
            let outputs = world.hub.remove_channel(&arn);
            world.dispatch(outputs);
        }
        Ok(Reply::json("application/json", &done.answer))
    }
}

/// Twenty random hexadecimal digits, as AWS's versions are twenty random characters.
fn fresh_version() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::new(500, "InternalFailure", error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
