//! Calls a second, by operation: each account-wide, some for each channel too.

use std::collections::HashMap;

use local_wire::Refusal;

use super::Operation;
use crate::limits::Limits;
use crate::rate::Rate;

/// The account's and the channels' call rates.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Limits,
    account: HashMap<Operation, Rate>,
    rate_by_channel: HashMap<(Operation, String), Rate>,
}

impl Throttle {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, account: HashMap::new(), rate_by_channel: HashMap::new() }
    }

    /// Counts a call against the account.
    pub(crate) fn account(&mut self, operation: Operation, now_ms: u64) -> Result<(), Refusal> {
        let limits = &self.limits;
        let per_second = match operation {
            Operation::Create => limits.create_per_second,
            Operation::Describe => limits.describe_per_second,
            Operation::Update => limits.update_per_second,
            Operation::Delete => limits.delete_per_second,
            Operation::List => limits.list_per_second,
            Operation::Endpoint => limits.endpoint_per_second,
            Operation::Ice => limits.ice_per_second,
        };
        grant(self.account.entry(operation).or_default().take(per_second, now_ms), per_second, "account")
    }

    /// Counts a call against an existing channel.
    pub(crate) fn channel(&mut self, operation: Operation, arn: &str, now_ms: u64) -> Result<(), Refusal> {
        let limits = &self.limits;
        let per_second = match operation {
            Operation::Describe => limits.describe_channel_per_second,
            Operation::Update | Operation::Delete => limits.change_channel_per_second,
            Operation::Ice => limits.ice_channel_per_second,
            Operation::Create | Operation::List | Operation::Endpoint => return Ok(()),
        };
        let rate = self.rate_by_channel.entry((operation, arn.to_owned())).or_default();
        grant(rate.take(per_second, now_ms), per_second, "channel")
    }

    /// A channel is deleted.
    pub(crate) fn forget(&mut self, arn: &str) {
        self.rate_by_channel.retain(|(_, known), _| known != arn);
    }
}

fn grant(granted: bool, per_second: u32, whose: &str) -> Result<(), Refusal> {
    if granted {
        return Ok(());
    }
    let text = format!("Rate exceeded: {per_second} calls a second for the {whose}. Try again later.");
    Err(Refusal::new(400, "ClientLimitExceededException", text))
}
