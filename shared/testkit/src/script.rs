//! Random sequences of calls to a store, over so few rows that they meet: conflicts, repeats, expired rows, ties.

use std::error::Error;

use domain::account::{Account, MagicLink};
use domain::channel::Channel;
use domain::conduct::Conduct;
use domain::credential::{Profile, WsTicket};
use domain::friend::Friendship;
use domain::id::{SessionId, TicketId, Token};
use domain::queue::{Bucket, Hint};
use domain::refresh::RefreshFamily;
use domain::report::Report;
use domain::room::Room;
use domain::row::{Change, Guard, Key, Row, Version, Write};
use domain::sanction::Sanction;
use domain::session::{Role, Session};
use domain::speech::ChatLine;
use domain::standing::Bar;
use domain::tally::Tally;
use domain::time::TimeMs;
use domain::user::User;
use fastrand::Rng;
use ports::Limit;

use crate::rows::Rows;

/// Names and numbers that were bad; in practice none is.
pub(crate) type Bad = Box<dyn Error + Send + Sync>;

/// Rows expire around this moment. So long ago that DynamoDB's own TTL leaves them alone: it passes over what expired
/// more than five years ago ("Using time to live", DynamoDB developer guide).
pub(crate) const NOW: TimeMs = TimeMs(1_000_000_000_000);
/// When rows expire, before and after [`NOW`], in milliseconds: expiry counts in whole seconds.
const EXPIRE: [i64; 5] = [-1_000, 0, 1, 1_000, 3_600_000];
/// By when a guard wants a row to have expired, in the same way.
const ABSENT_BY: [i64; 4] = [-1, 0, 999, 1_000];
/// Since when hints wait: also with fewer digits than today's moments have.
const SINCE: [u64; 4] = [0, 999, 1_000, NOW.0];
/// From when channels are free: long ago, so that they come before whatever else is in the pool.
const FREE: [u64; 4] = [10, 20, 20, 30];
/// The numbers of chat lines.
const LINES: [u32; 6] = [0, 1, 2, 10, 11, u32::MAX];
/// The highest version; few, so that guards often hold.
const VERSION_MAX: u64 = 3;
const CALLS: std::ops::RangeInclusive<usize> = 5..=9;
const LIMIT_MAX: usize = 4;
/// The most that a counted limit admits.
const ADMITTED_MAX: u32 = 2;

/// The kinds of rows that a script treats in a way of their own; the numbers are places in [`Rows::every_kind`].
const USER: usize = 0;
const SESSION: usize = 1;
const HINT: usize = 2;
const WAITS: usize = 3;
const CHANNEL: usize = 4;
const LINE: usize = 5;
const KINDS: usize = 12;

/// One call of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented at the method of `ports::Store`")]
pub enum Call {
    Get(Key),
    Peek(Bucket, usize),
    Chat(SessionId, usize),
    FreeChannels(TimeMs, usize),
    Pool,
    Commit(Vec<Change>),
    Admit(Limit),
}

/// The sequence of a seed, the same every time but for the names of its rows, which are nobody else's for another
/// `salt`. Its counted limits may be forgotten from `over_at` on.
///
/// # Errors
/// None in practice: the names are good.
pub fn script(seed: u64, salt: &Token, over_at: TimeMs) -> Result<Vec<Call>, Bad> {
    let mut chance = Rng::with_seed(seed);
    // Some are about people alone: it takes two writes of one row to free somebody.
    let kinds = match chance.u8(..8) {
        0 => vec![USER],
        _ => (0..chance.usize(1..=3)).map(|_| chance.usize(..KINDS)).collect(),
    };
    let homes = ["a", "b"].map(|home| Token::derived(&[salt.as_str(), home]));
    let mut author = Author { chance, kinds, homes, over_at, written: Vec::new() };
    (0..author.chance.usize(CALLS)).map(|_| author.call()).collect()
}

/// Makes up calls.
struct Author {
    chance: Rng,
    /// The kinds of rows that this script is about.
    kinds: Vec<usize>,
    /// Two names that ids are derived from.
    homes: [Token; 2],
    over_at: TimeMs,
    /// What was committed so far, to be said again.
    written: Vec<Vec<Change>>,
}

impl Author {
    fn call(&mut self) -> Result<Call, Bad> {
        match self.chance.u8(..20) {
            0..=11 => self.commit().map(Call::Commit),
            12 => Ok(self.admit()),
            _ => self.read(),
        }
    }

    fn read(&mut self) -> Result<Call, Bad> {
        let (kind, limit) = (self.kind(), self.chance.usize(1..=LIMIT_MAX));
        let ranged = self.chance.u8(..4) > 0;
        let rows = Rows::of(&self.home(), NOW);
        match kind {
            HINT | WAITS if ranged => Ok(Call::Peek(rows.bucket()?, limit)),
            LINE if ranged => Ok(Call::Chat(rows.token("session").into(), limit)),
            CHANNEL if self.chance.u8(..8) == 0 => Ok(Call::Pool),
            CHANNEL if ranged => Ok(Call::FreeChannels(TimeMs(self.chance.u64(5..40)), limit)),
            _ => Ok(Call::Get(self.row(kind)?.key())),
        }
    }

    fn admit(&mut self) -> Call {
        let [home, _] = &self.homes;
        let key = format!("agree#{}", home.as_str());
        Call::Admit(Limit {
            key,
            max: self.chance.u32(..=ADMITTED_MAX),
            units: self.chance.u32(1..=2),
            expires_at: self.over_at,
        })
    }

    /// New changes, or ones that were made before, as after an answer that was lost.
    fn commit(&mut self) -> Result<Vec<Change>, Bad> {
        let changes = match (self.chance.u8(..8), self.said_before()) {
            (0, Some(before)) => before,
            (1, Some(before)) => before.into_iter().take(1).collect(),
            (2, Some(before)) => before.into_iter().rev().take(1).collect(),
            (3, _) if self.chance.u8(..8) == 0 => Vec::new(),
            (0..=4, _) => vec![self.change()?],
            _ => self.changes()?,
        };
        self.written.push(changes.clone());
        Ok(changes)
    }

    fn said_before(&mut self) -> Option<Vec<Change>> {
        self.chance.choice(&self.written).cloned()
    }

    /// Changes of different rows.
    fn changes(&mut self) -> Result<Vec<Change>, Bad> {
        let mut changes: Vec<Change> = Vec::new();
        for _ in 0..self.chance.usize(2..=4) {
            let change = self.change()?;
            if changes.iter().all(|other| other.key() != change.key()) {
                changes.push(change);
            }
        }
        Ok(changes)
    }

    fn change(&mut self) -> Result<Change, Bad> {
        let kind = self.kind();
        if kind == USER && self.chance.bool() {
            let rows = Rows::of(&self.home(), NOW);
            let session = rows.token(self.one_of(["session", "session", "session", "other"])).into();
            return Ok(Change::free(rows.token("user").into(), session, shifted(NOW, self.one_of(ABSENT_BY))));
        }
        let row = self.row(kind)?;
        let guard = match self.chance.u8(..3) {
            0 => Guard::None,
            1 => Guard::Absent(shifted(NOW, self.one_of(ABSENT_BY))),
            _ => Guard::Version(self.version()),
        };
        let write = if self.chance.u8(..5) == 0 { Write::Delete(row.key()) } else { Write::Put(Box::new(row)) };
        Ok(Change { guard, write })
    }

    fn row(&mut self, kind: usize) -> Result<Row, Bad> {
        let home = self.home();
        let (variant, talks, seated) = (self.chance.bool(), self.chance.bool(), self.chance.bool());
        let name = self.one_of(["x", "y", "z"]);
        let (role, n, since, free_at) =
            (self.one_of(Role::BOTH), self.one_of(LINES), TimeMs(self.one_of(SINCE)), TimeMs(self.one_of(FREE)));
        let make = |at: TimeMs| -> Result<Row, Bad> {
            let rows = Rows::of(&home, at);
            Ok(match kind {
                USER if talks => Row::User(rows.talking()?),
                USER if seated => Row::User(rows.seated()?),
                USER => Row::User(rows.user(variant)?),
                SESSION => Row::Session(rows.session(variant)?),
                HINT => Row::Hint(Hint { ticket: ticket(&rows, name), ..rows.hint(name, since)? }),
                CHANNEL => {
                    let leased_to = variant.then(|| rows.token("session").into());
                    Row::Channel(Channel { leased_to, ..rows.channel(name, free_at) })
                }
                LINE => Row::ChatLine(ChatLine { sent_at: at, ..rows.line(role, n)? }),
                _ => rows.every_kind()?.swap_remove(kind),
            })
        };
        let life = make(TimeMs(0))?.expires_at().unwrap_or_default();
        let expires_at = shifted(NOW, self.one_of(EXPIRE));
        Ok(with_version(make(TimeMs(expires_at.0 - life.0))?, self.version()))
    }

    fn kind(&mut self) -> usize {
        self.chance.choice(&self.kinds).copied().unwrap_or_default()
    }

    fn home(&mut self) -> Token {
        let index = self.chance.usize(..2);
        self.homes[index].clone()
    }

    fn version(&mut self) -> Version {
        Version(self.chance.u64(1..=VERSION_MAX))
    }

    fn one_of<T: Copy, const N: usize>(&mut self, all: [T; N]) -> T {
        all[self.chance.usize(..N)]
    }
}

/// Tickets whose order is the same for every salt.
fn ticket(rows: &Rows, name: &str) -> TicketId {
    let mut tickets = ["x", "y", "z"].map(|name| TicketId::from(rows.token(name)));
    tickets.sort();
    let [x, y, z] = tickets;
    match name {
        "x" => x,
        "y" => y,
        _ => z,
    }
}

fn shifted(at: TimeMs, by: i64) -> TimeMs {
    TimeMs(at.0.saturating_add_signed(by))
}

fn with_version(row: Row, version: Version) -> Row {
    match row {
        Row::User(user) => Row::User(User { version, ..user }),
        Row::Session(session) => Row::Session(Session { version, ..session }),
        Row::Room(room) => Row::Room(Room { version, ..room }),
        Row::Bar(bar) => Row::Bar(Bar { version, ..bar }),
        Row::Channel(channel) => Row::Channel(Channel { version, ..channel }),
        Row::WsTicket(ticket) => Row::WsTicket(WsTicket { version, ..ticket }),
        Row::Profile(profile) => Row::Profile(Profile { version, ..profile }),
        Row::RefreshFamily(family) => Row::RefreshFamily(RefreshFamily { version, ..family }),
        Row::Friendship(row) => Row::Friendship(Friendship { version, ..row }),
        Row::Call(call) => Row::Call(domain::call::Call { version, ..call }),
        Row::Account(account) => Row::Account(Account { version, ..account }),
        Row::MagicLink(link) => Row::MagicLink(MagicLink { version, ..link }),
        Row::Report(report) => Row::Report(Report { version, ..report }),
        Row::Sanction(sanction) => Row::Sanction(Sanction { version, ..sanction }),
        Row::Tally(tally) => Row::Tally(Tally { version, ..tally }),
        Row::Conduct(conduct) => Row::Conduct(Conduct { version, ..conduct }),
        Row::LinkRequest(_)
        | Row::Invitation(_)
        | Row::InviteRequest(_)
        | Row::Entry(_)
        | Row::CallRecord(_)
        | Row::BlockedBy(_)
        | Row::Subscription(_)
        | Row::Listing(_)
        | Row::AuditLine(_)
        | Row::Hint(_)
        | Row::Waits(_)
        | Row::ChatLine(_)
        | Row::Connection(_) => row,
    }
}
