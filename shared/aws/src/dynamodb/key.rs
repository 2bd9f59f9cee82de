//! Where rows are stored: table, partition key, sort key.

use domain::conduct::Subject;
use domain::directory::Folded;
use domain::friend::InvitationSide;
use domain::id::{AddressId, SessionId, TicketId, UserId};
use domain::queue::Bucket;
use domain::report::Shelf;
use domain::row::{Belonging, Key};
use domain::session::Role;
use domain::standing::Barred;

/// What is found by `free_pk` on the index of free channels.
pub(crate) const POOL: &str = "POOL";

/// The partition of all counters.
pub(crate) const TALLIES: &str = "TALLY";

/// The sort key of a bucket's waits: before every hint, whose sort key begins with a digit.
pub(crate) const WAITS: &str = "!WAITS";

/// How the sort keys of a person's belongings begin.
const REFRESH: &str = "REFRESH#";
const FRIEND: &str = "FRIEND#";
const INVITATION: &str = "INVITATION#";
const CALL: &str = "CALL#";
const BLOCKED_BY: &str = "BLOCKED_BY#";
const PUSH: &str = "PUSH#";
const SANCTION: &str = "SANCTION#";

/// Where the moderators' book is.
pub(crate) const AUDIT: &str = "AUDIT";

/// Of the partitions of a bucket, the one that holds its waits.
const WAITS_SHARD: u32 = 0;

/// Which of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Live,
    Ledger,
}

pub(crate) fn table(key: &Key) -> Table {
    match key {
        Key::Profile(_)
        | Key::RefreshFamily(..)
        | Key::Account(_)
        | Key::Bar(_)
        | Key::Report(_)
        | Key::Listing { .. }
        | Key::Sanction(..)
        | Key::AuditLine(_)
        | Key::Friendship(..)
        | Key::Invitation(..)
        | Key::Entry(..)
        | Key::Subscription(..)
        | Key::BlockedBy(..) => Table::Ledger,
        Key::User(_)
        | Key::Session(_)
        | Key::Room(_)
        | Key::Hint { .. }
        | Key::Waits(_)
        | Key::Channel(_)
        | Key::ChatLine { .. }
        | Key::Connection(_)
        | Key::WsTicket(_)
        | Key::LinkRequest(_)
        | Key::InviteRequest(_)
        | Key::CallRecord { .. }
        | Key::Call(_)
        | Key::MagicLink(_)
        | Key::Tally(_)
        | Key::Conduct(_) => Table::Live,
    }
}

/// Partition key and sort key, where each bucket of the queue is spread over so many partitions.
#[must_use]
pub fn place(key: &Key, queue_shards: u32) -> (String, String) {
    match key {
        Key::User(user) => (user_partition(user), "STATE".into()),
        Key::Session(session) => (session_partition(session), "STATE".into()),
        Key::Room(room) => (format!("ROOM#{room}"), "STATE".into()),
        Key::Hint { bucket, since, ticket } => {
            let shard = shard_of(ticket, queue_shards);
            (bucket_partition(bucket, shard, queue_shards), format!("{:013}#{ticket}", since.0))
        }
        Key::Waits(bucket) => (bucket_partition(bucket, WAITS_SHARD, queue_shards), WAITS.into()),
        Key::Channel(channel) => (format!("CHANNEL#{channel}"), "STATE".into()),
        Key::ChatLine { session, role, n } => (session_partition(session), format!("{}{n:010}", chat_prefix(*role))),
        Key::Connection(connection) => (format!("CONNECTION#{connection}"), "STATE".into()),
        Key::WsTicket(hash) => (format!("TICKET#{}", hash.as_str()), "STATE".into()),
        Key::Profile(user) => (user_partition(user), "PROFILE".into()),
        Key::Tally(shard) => (TALLIES.into(), shard.clone()),
        Key::RefreshFamily(user, family) => (user_partition(user), format!("{REFRESH}{family}")),
        Key::Account(address) => (format!("ADDRESS#{address}"), "ACCOUNT".into()),
        Key::MagicLink(address) => (format!("ADDRESS#{address}"), "LINK".into()),
        Key::LinkRequest(id) => (format!("REQUEST#{}", id.as_str()), "LINK".into()),
        Key::Friendship(owner, other) => (user_partition(owner), format!("{FRIEND}{other}")),
        Key::Invitation(InvitationSide::Sent, from, address) => {
            (user_partition(from), format!("{INVITATION}{address}"))
        }
        Key::Invitation(InvitationSide::Received, from, address) => {
            (format!("ADDRESS#{address}"), format!("{INVITATION}{from}"))
        }
        Key::InviteRequest(id) => (format!("REQUEST#{}", id.as_str()), "INVITE".into()),
        Key::Entry(name, user) => (directory_partition(name), format!("{}#{user}", name.as_str())),
        Key::BlockedBy(user, owner) => (user_partition(user), format!("{BLOCKED_BY}{owner}")),
        Key::Subscription(owner, id) => (user_partition(owner), format!("{PUSH}{}", id.as_str())),
        Key::Call(call) => (format!("CALL#{call}"), "STATE".into()),
        Key::CallRecord { owner, started_at, session } => {
            (user_partition(owner), format!("{CALL}{:013}#{session}", started_at.0))
        }
        Key::Bar(Barred::Device(device)) => (format!("DEVICE#{device}"), "BAN".into()),
        Key::Bar(Barred::Address(address)) => (format!("ADDRESS#{address}"), "BAN".into()),
        Key::Report(report) => (format!("REPORT#{report}"), "STATE".into()),
        Key::Listing { shelf, at, report } => {
            let (partition, prefix) = listings(shelf);
            (partition, format!("{prefix}{:013}#{report}", at.0))
        }
        Key::Sanction(user, sanction) => (user_partition(user), format!("{SANCTION}{sanction}")),
        Key::AuditLine(n) => (AUDIT.into(), format!("{n:020}")),
        Key::Conduct(Subject::Person(user)) => (user_partition(user), "CONDUCT".into()),
        Key::Conduct(Subject::Device(mark)) => (format!("DEVICE#{}", mark.as_str()), "CONDUCT".into()),
    }
}

/// Where somebody's belongings of one kind are: table, partition, and how their sort keys begin.
pub(crate) fn belongings(of: &UserId, kind: Belonging) -> (Table, String, &'static str) {
    match kind {
        Belonging::Families => (Table::Ledger, user_partition(of), REFRESH),
        Belonging::Friends => (Table::Ledger, user_partition(of), FRIEND),
        Belonging::Invitations => (Table::Ledger, user_partition(of), INVITATION),
        Belonging::BlockedBy => (Table::Ledger, user_partition(of), BLOCKED_BY),
        Belonging::Subscriptions => (Table::Ledger, user_partition(of), PUSH),
        Belonging::Sanctions => (Table::Ledger, user_partition(of), SANCTION),
        Belonging::Calls => (Table::Live, user_partition(of), CALL),
    }
}

/// Where the reports of a list are: partition, and how their sort keys begin.
pub(crate) fn listings(shelf: &Shelf) -> (String, &'static str) {
    match shelf {
        Shelf::Urgent => ("REPORTS#URGENT".into(), ""),
        Shelf::Open => ("REPORTS#OPEN".into(), ""),
        Shelf::Every => ("REPORTS#EVERY".into(), ""),
        Shelf::Appealed => ("REPORTS#APPEALED".into(), ""),
        Shelf::Against(user) => (user_partition(user), "AGAINST#"),
        Shelf::By(user) => (user_partition(user), "REPORTED#"),
    }
}

/// Where the invitations wait that an address has got.
pub(crate) fn invited(address: &AddressId) -> (String, &'static str) {
    (format!("ADDRESS#{address}"), INVITATION)
}

/// Where all names are that begin with the same letters.
pub(crate) fn directory_partition(name: &Folded) -> String {
    format!("NAMES#{}", name.page())
}

fn user_partition(user: &UserId) -> String {
    format!("USER#{user}")
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

/// One of the partitions of a bucket. The name says of how many: where their number has changed, no old one is read.
pub(crate) fn bucket_partition(bucket: &Bucket, shard: u32, queue_shards: u32) -> String {
    let whole = match bucket {
        Bucket::Tag(mode, tag) => format!("QUEUE#{}#TAG#{}", mode.as_str(), tag.as_str()),
        Bucket::Untagged(mode) => format!("QUEUE#{}#UNTAGGED", mode.as_str()),
        Bucket::Everyone(mode) => format!("QUEUE#{}#EVERYONE", mode.as_str()),
    };
    if queue_shards > 1 { format!("{whole}#{shard}/{queue_shards}") } else { whole }
}

/// The partition of a bucket in which a ticket is proposed: FNV-1a of its id, the same for ever.
fn shard_of(ticket: &TicketId, queue_shards: u32) -> u32 {
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    ticket.as_str().bytes().fold(2_166_136_261, hash) % queue_shards.max(1)
}
