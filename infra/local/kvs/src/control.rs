//! The control plane: channels, their statuses, quotas and memory on disk.

mod channel;
mod input;
mod journal;
mod operations;
mod registry;
mod throttle;

pub(crate) use channel::{Channel, endpoint_id};
pub(crate) use input::arn;
pub(crate) use journal::Journal;
pub(crate) use operations::{Context, Operation, run};
pub(crate) use registry::Registry;
pub(crate) use throttle::Throttle;
