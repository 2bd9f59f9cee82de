//! Where rows are stored: table, partition key, sort key.

use domain::id::SessionId;
use domain::queue::Bucket;
use domain::row::Key;
use domain::session::Role;

/// What is found by `free_pk` on the index of free channels.
pub(crate) const POOL: &str = "POOL";

/// The sort key of a bucket's waits: before every hint, whose sort key begins with a digit.
pub(crate) const WAITS: &str = "!WAITS";

/// Which of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Live,
    Ledger,
}

pub(crate) fn table(key: &Key) -> Table {
    match key {
        Key::Profile(_) | Key::RefreshFamily(..) => Table::Ledger,
        Key::User(_)
        | Key::Session(_)
        | Key::Hint { .. }
        | Key::Waits(_)
        | Key::Channel(_)
        | Key::ChatLine { .. }
        | Key::Connection(_)
        | Key::WsTicket(_)
        | Key::Tally(_) => Table::Live,
    }
}

/// Partition key and sort key.
pub(crate) fn place(key: &Key) -> (String, String) {
    match key {
        Key::User(user) => (format!("USER#{user}"), "STATE".into()),
        Key::Session(session) => (session_partition(session), "STATE".into()),
        Key::Hint { bucket, since, ticket } => (bucket_partition(bucket), format!("{:013}#{ticket}", since.0)),
        Key::Waits(bucket) => (bucket_partition(bucket), WAITS.into()),
        Key::Channel(channel) => (format!("CHANNEL#{channel}"), "STATE".into()),
        Key::ChatLine { session, role, n } => (session_partition(session), format!("{}{n:010}", chat_prefix(*role))),
        Key::Connection(connection) => (format!("CONNECTION#{connection}"), "STATE".into()),
        Key::WsTicket(hash) => (format!("TICKET#{}", hash.as_str()), "STATE".into()),
        Key::Profile(user) => (format!("USER#{user}"), "PROFILE".into()),
        Key::Tally(shard) => (format!("TALLY#{shard}"), "STATE".into()),
        Key::RefreshFamily(user, family) => (format!("USER#{user}"), format!("REFRESH#{family}")),
    }
}

pub(crate) fn session_partition(session: &SessionId) -> String {
    format!("SESSION#{session}")
}

pub(crate) fn chat_prefix(role: Role) -> &'static str {
    match role {
        Role::Offerer => "CHAT#O#",
        Role::Answerer => "CHAT#A#",
    }
}

pub(crate) fn bucket_partition(bucket: &Bucket) -> String {
    match bucket {
        Bucket::Tag(mode, tag) => format!("QUEUE#{}#TAG#{}", mode.as_str(), tag.as_str()),
        Bucket::Untagged(mode) => format!("QUEUE#{}#UNTAGGED", mode.as_str()),
        Bucket::Everyone(mode) => format!("QUEUE#{}#EVERYONE", mode.as_str()),
    }
}
