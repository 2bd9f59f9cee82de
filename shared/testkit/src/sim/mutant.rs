//! Mutants: a decision is data, so a bug is a change to that data or to what an invocation is told, with no switch in
//! the core. The list is not written down: whatever transactions, timers and looks ordinary runs make, each is broken
//! in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::account::{LinkRequest, MagicLink};
use domain::call::Call;
use domain::credential::{Connection, Profile, WsTicket};
use domain::directory::Entry;
use domain::friend::{Friendship, Invitation, InviteRequest};
use domain::history::CallRecord;
use domain::limits::{
    CONNECTION_LIFE, FRIEND_REQUEST_LIFE, HISTORY_LIFE, LINK_LIFE, LIVE_ROW_LIFE, REPORT_LIFE, RINGS_FOR, ROOM_LIFE,
    SESSION_LOG_LIFE, SUBSCRIPTION_LIFE, WS_TICKET_LIFE,
};
use domain::push::Subscription;
use domain::refresh::RefreshFamily;
use domain::report::{Listing, Report};
use domain::room::Room;
use domain::row::{Change, Guard, Key, Row, Version, Write};
use domain::session::{Phase, Session};
use domain::standing::{Bar, Hold};
use domain::time::{SpanMs, TimeMs};
use domain::user::{User, UserState};
use ports::fake::rows::Rows;

use super::plant::Plant;

/// A bug.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// One condition of one kind of transaction is not checked.
    Unguarded {
        /// The kind of transaction, by the rows that it writes.
        shape: String,
        /// Whose condition.
        clause: String,
    },
    /// A transaction is written change by change, from its first or from its last.
    Split {
        /// The kind of transaction.
        shape: String,
        /// In which order.
        last_first: bool,
    },
    /// After a transaction the queue is not looked through again.
    Blind {
        /// The kind of transaction.
        after: String,
    },
    /// Timers of a kind are never armed.
    Unarmed {
        /// The kind.
        timer: String,
    },
    /// A timer that a late commit has missed is not armed again.
    NotArmedAgain,
    /// Who must be fenced against a late change is not.
    Unfenced,
    /// An expired row is read as if it had not.
    ExpiryIgnored {
        /// The kind of row.
        row: String,
    },
    /// A row that has expired stands in the way of a new one.
    InTheWay {
        /// The kind of row.
        row: String,
    },
    /// An own write that is repeated is taken for somebody else's.
    OwnWriteUnknown,
    /// A bug made for one law.
    Planted(Plant),
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unguarded { shape, clause } => write!(f, "unguarded/{shape}/{clause}"),
            Self::Split { shape, last_first: false } => write!(f, "split/{shape}/first first"),
            Self::Split { shape, last_first: true } => write!(f, "split/{shape}/last first"),
            Self::Blind { after } => write!(f, "blind/{after}"),
            Self::Unarmed { timer } => write!(f, "unarmed/{timer}"),
            Self::NotArmedAgain => write!(f, "not armed again"),
            Self::Unfenced => write!(f, "unfenced"),
            Self::ExpiryIgnored { row } => write!(f, "expiry ignored/{row}"),
            Self::InTheWay { row } => write!(f, "expired in the way/{row}"),
            Self::OwnWriteUnknown => write!(f, "own write unknown"),
            Self::Planted(plant) => write!(f, "planted/{plant:?}"),
        }
    }
}

impl Mutant {
    /// The mutant of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let words: Vec<&str> = name.split('/').collect();
        let owned = |word: &str| word.to_owned();
        Some(match *words.as_slice() {
            ["unguarded", shape, clause] => Self::Unguarded { shape: owned(shape), clause: owned(clause) },
            ["split", shape, order] => Self::Split { shape: owned(shape), last_first: order == "last first" },
            ["blind", after] => Self::Blind { after: owned(after) },
            ["unarmed", timer] => Self::Unarmed { timer: owned(timer) },
            ["not armed again"] => Self::NotArmedAgain,
            ["unfenced"] => Self::Unfenced,
            ["expiry ignored", row] => Self::ExpiryIgnored { row: owned(row) },
            ["expired in the way", row] => Self::InTheWay { row: owned(row) },
            ["own write unknown"] => Self::OwnWriteUnknown,
            ["planted", plant] => Self::Planted(Plant::ALL.into_iter().find(|known| format!("{known:?}") == plant)?),
            _ => return None,
        })
    }

    /// Every mutant of one transaction.
    pub(super) fn of_changes(changes: &[Change], rows: &Rows) -> Vec<Self> {
        let shape = shape(changes);
        let mut mutants: Vec<Self> = clauses(changes)
            .into_iter()
            .zip(changes)
            .filter(|(_, change)| change.guard != Guard::None)
            .map(|(clause, _)| Self::Unguarded { shape: shape.clone(), clause })
            .collect();
        if changes.len() > 1 {
            mutants.extend([false, true].map(|last_first| Self::Split { shape: shape.clone(), last_first }));
        }
        if is_fence(changes, rows) {
            mutants.push(Self::Unfenced);
        }
        let expired = |change: &&Change| match &change.guard {
            Guard::Absent(now) => rows.get(&change.key()).is_some_and(|row| row.is_expired(*now)),
            Guard::Version(_) | Guard::InSession(..) | Guard::None => false,
        };
        mutants.extend(changes.iter().filter(expired).map(|change| Self::InTheWay { row: kind(&change.key()) }));
        mutants
    }

    /// For how long, in milliseconds, a transaction is held up at most where that brings the bug to light.
    pub(super) fn holds_up(&self, changes: &[Change], chance: &mut fastrand::Rng) -> Option<u64> {
        let longest = [None, Some(2_000), Some(20_000)];
        match self {
            // It is pending for ten seconds at most.
            Self::Unguarded { shape: wanted, .. }
                if wanted.contains("session pending") && shape(changes) == *wanted =>
            {
                [Some(500), Some(2_000), Some(5_000)][chance.usize(0..3)]
            }
            // Nobody else has a channel before its lease is over.
            Self::Unguarded { shape: wanted, .. } if wanted == "channel free" && shape(changes) == *wanted => {
                [None, Some(3_600_000)][chance.usize(0..2)]
            }
            Self::Unguarded { shape: wanted, .. } | Self::Split { shape: wanted, .. } if shape(changes) == *wanted => {
                longest[chance.usize(0..3)]
            }
            Self::Planted(Plant::PastABlock) if shape(changes).contains("session new") => longest[chance.usize(0..3)],
            Self::Unfenced | Self::NotArmedAgain => {
                let shape = shape(changes);
                let timed = ["hint", "session new", "session lost"].iter().any(|token| shape.contains(token));
                if timed { longest[chance.usize(0..3)] } else { None }
            }
            Self::Blind { after } => (shape(changes) == *after).then_some(700),
            Self::Unguarded { .. } | Self::Split { .. } | Self::Unarmed { .. } | Self::ExpiryIgnored { .. } => None,
            Self::InTheWay { .. } | Self::OwnWriteUnknown | Self::Planted(_) => None,
        }
    }

    /// For how long, in milliseconds, an invocation that has read a row is held up at most: two rows are read one after
    /// the other, and others come between.
    pub(super) fn holds_up_after(&self, row: &Row, chance: &mut fastrand::Rng) -> Option<u64> {
        let unguarded = matches!(self, Self::Unguarded { clause, .. } if *clause == kind(&row.key()));
        (unguarded && matches!(row, Row::Profile(_)) && chance.bool()).then_some(2_000)
    }

    /// The transactions that the bug makes of one; `None` where it leaves it alone.
    pub(super) fn transactions(&self, changes: &[Change], rows: &Rows) -> Option<Vec<Vec<Change>>> {
        match self {
            Self::Unguarded { shape: wanted, clause } if shape(changes) == *wanted => {
                let unguard = |(name, change): (String, &Change)| match name == *clause {
                    true => Change { guard: Guard::None, ..change.clone() },
                    false => change.clone(),
                };
                Some(vec![clauses(changes).into_iter().zip(changes).map(unguard).collect()])
            }
            Self::Split { shape: wanted, last_first } if shape(changes) == *wanted => {
                let mut single: Vec<Vec<Change>> = changes.iter().map(|change| vec![change.clone()]).collect();
                if *last_first {
                    single.reverse();
                }
                Some(single)
            }
            Self::Unfenced if is_fence(changes, rows) => Some(Vec::new()),
            Self::InTheWay { row } => {
                let stuck = |change: &Change| match change.guard {
                    Guard::Absent(_) if kind(&change.key()) == *row => {
                        Change { guard: Guard::Absent(TimeMs(0)), ..change.clone() }
                    }
                    Guard::Absent(_) | Guard::Version(_) | Guard::InSession(..) | Guard::None => change.clone(),
                };
                Some(vec![changes.iter().map(stuck).collect()])
            }
            Self::Planted(plant) => plant.transactions(changes, rows),
            Self::Unguarded { .. } | Self::Split { .. } | Self::Unfenced => None,
            Self::Blind { .. } | Self::Unarmed { .. } | Self::NotArmedAgain => None,
            Self::ExpiryIgnored { .. } | Self::OwnWriteUnknown => None,
        }
    }
}

/// An expired row as it would be just before its end.
pub(super) fn unexpired(row: Row, now: TimeMs) -> Row {
    const MARGIN: SpanMs = SpanMs::seconds(2);
    match row {
        Row::User(user) => Row::User(User { seen_at: now - LIVE_ROW_LIFE + MARGIN, ..user }),
        Row::Session(session) => Row::Session(Session { ends_at: now - SESSION_LOG_LIFE + MARGIN, ..session }),
        Row::Room(room) => Row::Room(Room { touched_at: now - ROOM_LIFE + MARGIN, ..room }),
        Row::Connection(connection) => {
            Row::Connection(Connection { opened_at: now - CONNECTION_LIFE + MARGIN, ..connection })
        }
        Row::WsTicket(ticket) => Row::WsTicket(WsTicket { issued_at: now - WS_TICKET_LIFE + MARGIN, ..ticket }),
        Row::Profile(profile) => Row::Profile(Profile { expires_at: now + MARGIN, ..profile }),
        Row::RefreshFamily(family) => Row::RefreshFamily(RefreshFamily { expires_at: now + MARGIN, ..family }),
        Row::LinkRequest(request) => Row::LinkRequest(LinkRequest { asked_at: now - LINK_LIFE + MARGIN, ..request }),
        Row::MagicLink(link) => Row::MagicLink(MagicLink { asked_at: now - LINK_LIFE + MARGIN, ..link }),
        Row::Friendship(row) => Row::Friendship(Friendship { since: now - FRIEND_REQUEST_LIFE + MARGIN, ..row }),
        Row::Invitation(row) => Row::Invitation(Invitation { at: now - FRIEND_REQUEST_LIFE + MARGIN, ..row }),
        Row::InviteRequest(row) => Row::InviteRequest(InviteRequest { asked_at: now - LINK_LIFE + MARGIN, ..row }),
        Row::Entry(entry) => Row::Entry(Entry { expires_at: now + MARGIN, ..entry }),
        Row::CallRecord(row) => Row::CallRecord(CallRecord { started_at: now - HISTORY_LIFE + MARGIN, ..row }),
        Row::Subscription(row) => Row::Subscription(Subscription { at: now - SUBSCRIPTION_LIFE + MARGIN, ..row }),
        Row::Call(call) => Row::Call(Call { began_at: now - RINGS_FOR, ..call }),
        Row::Bar(bar) => {
            let holds = bar.holds.into_iter().map(|hold| Hold { until: now + MARGIN, ..hold }).collect();
            Row::Bar(Bar { holds, ..bar })
        }
        Row::Report(report) => Row::Report(Report { at: now - REPORT_LIFE + MARGIN, ..report }),
        Row::Listing(listing) => Row::Listing(Listing { until: now + MARGIN, ..listing }),
        Row::Account(_)
        | Row::Sanction(_)
        | Row::AuditLine(_)
        | Row::BlockedBy(_)
        | Row::Hint(_)
        | Row::Waits(_)
        | Row::Channel(_)
        | Row::ChatLine(_)
        | Row::Tally(_)
        | Row::Conduct(_) => row,
    }
}

/// The kind of a transaction: what becomes of the rows that it writes.
pub(super) fn shape(changes: &[Change]) -> String {
    let tokens: BTreeSet<String> = changes.iter().map(token).collect();
    tokens.into_iter().collect::<Vec<_>>().join("+")
}

/// The change of each row by its name in its transaction; the second of a kind and those after it have one name.
fn clauses(changes: &[Change]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut name = |change: &Change| {
        let token = token(change);
        let count = seen.entry(token.clone()).or_default();
        *count += usize::from(!token.ends_with("hint"));
        if *count > 1 { format!("{token} 2") } else { token }
    };
    changes.iter().map(&mut name).collect()
}

fn token(change: &Change) -> String {
    match &change.write {
        Write::Put(row) => of_row(row),
        Write::Delete(key) => format!("no {}", kind(key)),
        Write::Free(..) => "user freed".to_owned(),
    }
}

fn of_row(row: &Row) -> String {
    match row {
        Row::User(user) => {
            let state = match user.state {
                UserState::Idle => "idle",
                UserState::Waiting(_) => "waiting",
                UserState::InSession(_) => "in session",
                UserState::InRoom(_) => "in room",
            };
            format!("user {state}")
        }
        Row::Session(session) => {
            let lost = session.sides.iter().any(|side| side.lost_at.is_some());
            let phase = match session.phase {
                Phase::Ended { .. } => "over",
                Phase::Pending if session.version == Version::NEW => "new",
                Phase::Pending | Phase::Active if lost => "lost",
                Phase::Pending => "pending",
                Phase::Active => "active",
            };
            format!("session {phase}")
        }
        Row::Channel(channel) if channel.leased_to.is_some() => "channel leased".to_owned(),
        Row::WsTicket(ticket) if ticket.used_by.is_some() => "ticket used".to_owned(),
        Row::Channel(_) | Row::WsTicket(_) => format!("{} free", kind(&row.key())),
        Row::Hint(_) | Row::Waits(_) | Row::ChatLine(_) | Row::Connection(_) => kind(&row.key()),
        Row::Room(_)
        | Row::Profile(_)
        | Row::RefreshFamily(_)
        | Row::Account(_)
        | Row::LinkRequest(_)
        | Row::MagicLink(_)
        | Row::Bar(_)
        | Row::Report(_)
        | Row::Listing(_)
        | Row::Sanction(_)
        | Row::AuditLine(_)
        | Row::Friendship(_)
        | Row::Invitation(_)
        | Row::InviteRequest(_)
        | Row::Entry(_)
        | Row::CallRecord(_)
        | Row::BlockedBy(_)
        | Row::Subscription(_)
        | Row::Call(_)
        | Row::Tally(_)
        | Row::Conduct(_) => kind(&row.key()),
    }
}

/// The kind of row that stands under a key.
pub(super) fn kind(key: &Key) -> String {
    let name = match key {
        Key::User(_) => "user",
        Key::Session(_) => "session",
        Key::Room(_) => "room",
        Key::Hint { .. } => "hint",
        Key::Waits(_) => "waits",
        Key::Channel(_) => "channel",
        Key::ChatLine { .. } => "line",
        Key::Connection(_) => "connection",
        Key::WsTicket(_) => "ticket",
        Key::Profile(_) => "profile",
        Key::RefreshFamily(..) => "family",
        Key::Account(_) => "account",
        Key::LinkRequest(_) => "request",
        Key::MagicLink(_) => "link",
        Key::Bar(_) => "bar",
        Key::Report(_) => "report",
        Key::Listing { .. } => "listing",
        Key::Sanction(..) => "sanction",
        Key::AuditLine(_) => "audit line",
        Key::Friendship(..) => "friendship",
        Key::Invitation(..) => "invitation",
        Key::InviteRequest(_) => "invite request",
        Key::Entry(..) => "entry",
        Key::CallRecord { .. } => "call record",
        Key::Call(_) => "call",
        Key::Subscription(..) => "subscription",
        Key::BlockedBy(..) => "blocked by",
        Key::Tally(_) => "tally",
        Key::Conduct(_) => "conduct",
    };
    name.to_owned()
}

/// Whether all that a transaction does is to make one user's version the next.
fn is_fence(changes: &[Change], rows: &Rows) -> bool {
    let [Change { write: Write::Put(row), .. }] = changes else { return false };
    let (Row::User(new), Some(Row::User(old))) = (&**row, rows.get(&row.key())) else { return false };
    *new == User { version: new.version, ..old.clone() } && new.version == old.version.next()
}
