//! All channels of the account, in one region.

use std::collections::BTreeMap;
use std::ops::Bound;

use local_wire::Refusal;

use super::channel::{Channel, Phase, Status};
use crate::limits::Limits;

/// The channels by name. Times are milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Registry {
    settle_ms: u64,
    channels_max: usize,
    channel_by_name: BTreeMap<String, Channel>,
}

/// What a new channel is made of.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) message_ttl_s: u32,
    pub(crate) tags: Vec<(String, String)>,
}

impl Registry {
    /// A registry with the channels that were there before, all of them `ACTIVE`.
    pub(crate) fn new(limits: &Limits, channels: Vec<Channel>) -> Self {
        Self {
            settle_ms: u64::try_from(limits.settle.as_millis()).unwrap_or(u64::MAX),
            channels_max: limits.channels_max,
            channel_by_name: channels.into_iter().map(|channel| (channel.name.clone(), channel)).collect(),
        }
    }

    pub(crate) fn create(
        &mut self,
        draft: Draft,
        arn_prefix: &str,
        version: String,
        now_ms: u64,
    ) -> Result<&Channel, Refusal> {
        self.channel_by_name.retain(|_, channel| channel.status(now_ms).is_some());
        if self.channel_by_name.contains_key(&draft.name) {
            let text = format!("The channel {} already exists.", draft.name);
            return Err(Refusal::new(400, "ResourceInUseException", text));
        }
        if self.channel_by_name.len() >= self.channels_max {
            let text = format!("The account has its {} channels; delete one first.", self.channels_max);
            return Err(Refusal::new(400, "AccountChannelLimitExceededException", text));
        }
        let channel = Channel {
            arn: format!("{arn_prefix}{}/{now_ms}", draft.name),
            name: draft.name.clone(),
            created_at_ms: now_ms,
            message_ttl_s: draft.message_ttl_s,
            version,
            tags: draft.tags,
            phase: Phase::Creating { until_ms: now_ms + self.settle_ms },
        };
        Ok(self.channel_by_name.entry(draft.name).or_insert(channel))
    }

    /// The channel of an ARN, with its status.
    pub(crate) fn by_arn(&self, arn: &str, now_ms: u64) -> Result<(&Channel, Status), Refusal> {
        let name = arn.rsplit('/').nth(1).unwrap_or_default();
        self.find(name, now_ms).filter(|(channel, _)| channel.arn == arn).ok_or_else(|| not_found(arn))
    }

    /// The channel of a name, with its status.
    pub(crate) fn by_name(&self, name: &str, now_ms: u64) -> Result<(&Channel, Status), Refusal> {
        self.find(name, now_ms).ok_or_else(|| not_found(name))
    }

    /// The channel that clients may use: one that is not being created or deleted.
    pub(crate) fn usable(&self, arn: &str, now_ms: u64) -> Result<&Channel, Refusal> {
        match self.by_arn(arn, now_ms)? {
            (channel, Status::Active | Status::Updating) => Ok(channel),
            (_, Status::Creating | Status::Deleting) => Err(not_found(arn)),
        }
    }

    pub(crate) fn update(
        &mut self,
        arn: &str,
        current_version: &str,
        message_ttl_s: u32,
        version: String,
        now_ms: u64,
    ) -> Result<&Channel, Refusal> {
        let until_ms = now_ms + self.settle_ms;
        let channel = self.settled(arn, Some(current_version), now_ms)?;
        channel.message_ttl_s = message_ttl_s;
        channel.version = version;
        channel.phase = Phase::Updating { until_ms };
        Ok(channel)
    }

    pub(crate) fn delete(&mut self, arn: &str, current_version: Option<&str>, now_ms: u64) -> Result<(), Refusal> {
        let until_ms = now_ms + self.settle_ms;
        self.settled(arn, current_version, now_ms)?.phase = Phase::Deleting { until_ms };
        Ok(())
    }

    /// Up to `count` channels whose names begin with `prefix` and come after `after`, by name; and
    /// whether there are more.
    pub(crate) fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        count: usize,
        now_ms: u64,
    ) -> (Vec<(&Channel, Status)>, bool) {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            Some(_) | None => Bound::Included(prefix),
        };
        let mut found = self
            .channel_by_name
            .range::<str, _>((start, Bound::Unbounded))
            .take_while(|(name, _)| name.starts_with(prefix))
            .filter_map(|(_, channel)| Some((channel, channel.status(now_ms)?)));
        let page = found.by_ref().take(count).collect();
        (page, found.next().is_some())
    }

    fn find(&self, name: &str, now_ms: u64) -> Option<(&Channel, Status)> {
        let channel = self.channel_by_name.get(name)?;
        Some((channel, channel.status(now_ms)?))
    }

    /// The channel to change, when it is `ACTIVE` and of the given version.
    fn settled(&mut self, arn: &str, current_version: Option<&str>, now_ms: u64) -> Result<&mut Channel, Refusal> {
        let (channel, status) = self.by_arn(arn, now_ms)?;
        in_use_unless_active(channel, status)?;
        if current_version.is_some_and(|version| version != channel.version) {
            let text = "The CurrentVersion is not the channel's latest; describe the channel and try again.";
            return Err(Refusal::new(400, "VersionMismatchException", text));
        }
        let name = channel.name.clone();
        self.channel_by_name.get_mut(&name).ok_or_else(|| not_found(arn))
    }
}

/// # Errors
/// `ResourceInUseException` while the channel is in a change.
pub(crate) fn in_use_unless_active(channel: &Channel, status: Status) -> Result<(), Refusal> {
    if status == Status::Active {
        return Ok(());
    }
    let text = format!("The channel {} is {status}; try again when it is ACTIVE.", channel.name);
    Err(Refusal::new(400, "ResourceInUseException", text))
}

fn not_found(what: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", format!("The signaling channel {what} was not found."))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const START_MS: u64 = 1_700_000_000_000;

    #[test]
    fn each_change_takes_its_time_and_shuts_out_others() {
        let mut registry = registry(Duration::from_millis(100));
        let arn = create(&mut registry, "a", START_MS).unwrap();
        let status = |registry: &Registry, now_ms| registry.by_arn(&arn, now_ms).map(|(_, status)| status).ok();
        assert_eq!(status(&registry, START_MS + 99), Some(Status::Creating));
        assert!(registry.usable(&arn, START_MS + 99).is_err());
        assert_eq!(status(&registry, START_MS + 100), Some(Status::Active));

        registry.update(&arn, "v1", 5, "v2".to_owned(), START_MS + 100).unwrap();
        assert_eq!(status(&registry, START_MS + 199), Some(Status::Updating));
        assert_eq!(registry.usable(&arn, START_MS + 199).unwrap().message_ttl_s, 5, "it works meanwhile");
        assert_eq!(registry.delete(&arn, None, START_MS + 199).unwrap_err().code, "ResourceInUseException");
        assert_eq!(registry.delete(&arn, Some("v1"), START_MS + 200).unwrap_err().code, "VersionMismatchException");

        registry.delete(&arn, Some("v2"), START_MS + 200).unwrap();
        assert_eq!(status(&registry, START_MS + 299), Some(Status::Deleting));
        assert!(registry.usable(&arn, START_MS + 299).is_err());
        assert_eq!(create(&mut registry, "a", START_MS + 299).unwrap_err().code, "ResourceInUseException");
        assert_eq!(registry.list("", None, 10, START_MS + 299).0.len(), 1);
        assert_eq!(status(&registry, START_MS + 300), None);
        assert_eq!(registry.list("", None, 10, START_MS + 300).0.len(), 0);
        assert_ne!(create(&mut registry, "a", START_MS + 300).unwrap(), arn);
        assert_eq!(status(&registry, START_MS + 300), None, "the old ARN stays gone");
    }

    #[test]
    fn pages_hold_each_channel_once() {
        let mut registry = registry(Duration::ZERO);
        for name in ["b", "a", "ab", "aa", "c", "ac"] {
            create(&mut registry, name, START_MS).unwrap();
        }
        let names = |(page, more): (Vec<(&Channel, Status)>, bool)| {
            (page.iter().map(|(channel, _)| channel.name.clone()).collect::<Vec<_>>(), more)
        };
        let page = |after, count| names(registry.list("a", after, count, START_MS));
        assert_eq!(page(None, 3), (["a", "aa", "ab"].map(str::to_owned).to_vec(), true));
        assert_eq!(page(Some("ab"), 3), (vec!["ac".to_owned()], false));
        assert_eq!(page(Some("0"), 9).0.len(), 4, "a token before the prefix starts at the prefix");
        assert_eq!(page(Some("z"), 9), (vec![], false));
    }

    fn registry(settle: Duration) -> Registry {
        Registry::new(&Limits { settle, ..Limits::production() }, vec![])
    }

    fn create(registry: &mut Registry, name: &str, now_ms: u64) -> Result<String, Refusal> {
        let draft = Draft { name: name.to_owned(), message_ttl_s: 60, tags: vec![] };
        registry.create(draft, "arn:channel/", "v1".to_owned(), now_ms).map(|channel| channel.arn.clone())
    }
}
