//! The one way from a checked call to its service.

use local_wire::{Call, Refusal, Reply, Service};

use super::Meter;

/// Every call to every service passes here, with its caller known and allowed, and nothing done yet: the place
/// for metering and faults.
pub(super) async fn through(service: &dyn Service, call: Call, meter: &Meter) -> Result<Reply, Refusal> {
    let (name, operation) = (call.service.clone(), call.operation.clone());
    meter.count(&call);
    let outcome = service.call(call).await;
    if let Err(refusal) = &outcome {
        tracing::debug!(service = name, operation, code = refusal.code, "refused");
    }
    outcome
}
