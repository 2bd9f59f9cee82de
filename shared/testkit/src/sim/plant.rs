//! Bugs made for one law each, where no mutant of the code breaks that law first: every law must be able to fire.

use domain::account::Account;
use domain::id::{ConnectionId, SecretHash, Token};
use domain::matching::STEPS;
use domain::profile::Mode;
use domain::refresh::RefreshFamily;
use domain::room::Absence;
use domain::row::{Change, Guard, Key, Row, Write};
use domain::session::{EndReason, Phase, Role, Session, Side};
use domain::standing::Standing;
use domain::time::{SpanMs, TimeMs};
use domain::user::{User, UserState};
use ports::fake::rows::Rows;
use serde_json::Value;

use super::errand::Errand;
use super::law::Law;
use super::laws::user_of;
use super::world::Inner;

macro_rules! plants {
    ($($(#[$doc:meta])* $name:ident $law:ident)*) => {
        /// A bug made for one law.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Plant {
            $($(#[$doc])* $name,)*
        }

        impl Plant {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// The law that must fire.
            #[must_use]
            pub const fn law(self) -> Law {
                match self {
                    $(Self::$name => Law::$law,)*
                }
            }
        }
    };
}

plants! {
    /// Who says hello in a call is thrown out of it.
    Evicted M1
    /// Somebody is paired with themself.
    SelfMatch M3
    /// A ticket is used again.
    OldTicket M5
    /// A look takes who waits out of the queue.
    Forgotten M6
    /// Two are paired in a mode that they did not ask for.
    WrongMode M9
    /// A block is written to the profile only.
    BlockedOffline M9
    /// A ban is forgotten on the live row.
    BanForgotten M9
    /// A ban on the live row has no end.
    BannedForEver M9
    /// A ban does not end the call.
    BanSparesTheCall M9
    /// A match names the tickets that it read, not what has changed beside them.
    PastABlock M9
    /// Who is let go stays blocked.
    NeverLetGo M7
    /// One person is proposed to nobody and paired with nobody.
    Overlooked M10
    /// Who leaves the queue is told so, and stays in it.
    StaysInQueue M11
    /// `next` goes on from whatever call there is.
    NextUnnamed M12
    /// `next` goes on from a call that has just begun.
    Hasty M12
    /// Who is refused `next` leaves a trace all the same.
    RefusedAndDone M12
    /// Who asks for somebody again finds that they have asked as well.
    Unasked M13
    /// A session begins in the middle.
    InMedias S1
    /// A page in a call hears nothing any more.
    Muted S3
    /// A page in a room hears of nobody any more.
    Unseen R2
    /// The seat of who is away is kept for ever.
    SeatForEver R3
    /// An end ends whatever call there is.
    EndsPresent S5
    /// What is said of a session reaches somebody else.
    Misdelivered S6
    /// One may speak in a session that is over.
    SpeaksAfterEnd S7
    /// Who is put back has waited for nothing.
    PlaceLost S8
    /// An older connection takes over.
    OlderSpeaks C1
    /// A late `$disconnect` silences whoever speaks now.
    SilencesPresent C2
    /// To look at who waits counts as hearing them.
    HeardForEver C3
    /// A socket is posted to in its `$connect`.
    PostsInConnect C4
    /// A look silences a connection.
    Silenced C5
    /// A ticket is not used up.
    TicketKept C6
    /// A second tab is given another token.
    OtherSalt A1
    /// The token before the live one has no grace.
    NoGrace A2
    /// An old token is taken.
    OldTaken A3
    /// An address goes to whoever asks.
    AddressMoves A6
    /// A channel is used without a lease.
    WithoutLease K1
    /// A lease has no end.
    LeaseForEver K2
    /// Each side is shown the way of the other.
    RolesSwapped K3
    /// The event stream swallows everything.
    SilentJournal E1
    /// A row has no end.
    Immortal D1
}

impl Plant {
    /// The transactions that the bug makes of one; `None` where it leaves it alone.
    pub(super) fn transactions(self, changes: &[Change], rows: &Rows) -> Option<Vec<Vec<Change>>> {
        let mut broken = changes.to_vec();
        for change in &mut broken {
            let key = change.key();
            let Write::Put(row) = &mut change.write else { continue };
            let old = rows.get(&key);
            if let Row::User(user) = &mut **row {
                self.standing(user, old);
            }
            if let (Row::User(user), Some(Row::User(old))) = (&mut **row, old) {
                self.user(user, old);
            } else if let (Row::Session(session), None) = (&mut **row, old) {
                self.session(session);
            } else if let (Self::LeaseForEver, Row::Channel(channel), Some(_)) = (self, &mut **row, old) {
                channel.free_at = TimeMs(u64::MAX / 2);
            } else if let (Self::SeatForEver, Row::Room(room)) = (self, &mut **row) {
                let away = room.seats.iter_mut().filter(|seat| matches!(seat.absence, Some(Absence::Lost(_))));
                away.for_each(|seat| seat.absence = Some(Absence::Lost(TimeMs(u64::MAX / 2))));
            }
        }
        let put = |change: &Change, wanted: fn(&Row) -> bool| matches!(&change.write, Write::Put(row) if wanted(row));
        let pairs = changes.iter().any(|change| put(change, |row| matches!(row, Row::Session(_))));
        let spends = put(&changes[0], |row| matches!(row, Row::WsTicket(ticket) if ticket.used_by.is_some()));
        let stays = matches!(changes, [change] if leaves(change, rows));
        if self == Self::TicketKept && spends || self == Self::StaysInQueue && stays {
            return Some(Vec::new());
        }
        if self == Self::WithoutLease && pairs {
            broken.retain(|change| !matches!(change.key(), Key::Channel(_)));
        }
        let expels = put(&changes[0], |row| matches!(row, Row::Session(session) if is_expelled(session)));
        let lets_go = changes.iter().any(|change| lets_go(change, rows));
        if self == Self::BanSparesTheCall && expels || self == Self::NeverLetGo && lets_go {
            return Some(Vec::new());
        }
        if self == Self::PastABlock && pairs {
            broken.iter_mut().for_each(|change| blindly(change, rows));
        }
        Some(vec![broken])
    }

    /// What becomes of blocks and bans on the live row.
    fn standing(self, user: &mut User, old: Option<&Row>) {
        let before = if let Some(Row::User(old)) = old { old.standing.clone() } else { Standing::default() };
        let longer = user.standing.blocked.len() > before.blocked.len();
        if self == Self::BlockedOffline && longer {
            user.standing.blocked = before.blocked;
        } else if self == Self::BanForgotten {
            user.standing.banned_until = before.banned_until;
        } else if self == Self::BannedForEver && user.standing.banned_until.is_some() {
            user.standing.banned_until = Some(TimeMs(u64::MAX / 2));
        }
    }

    fn user(self, user: &mut User, old: &User) {
        let looks = user.waiting().is_some() && old.waiting().map(|w| &w.ticket) == user.waiting().map(|w| &w.ticket);
        let stays = user.session().is_some() && user.session() == old.session();
        let takes_over = user.connected_at > old.connected_at;
        if self == Self::Evicted && stays || self == Self::Forgotten && looks {
            user.state = UserState::Idle;
        } else if self == Self::OlderSpeaks && takes_over {
            user.connected_at = TimeMs(0);
        } else if self == Self::Silenced && looks {
            user.connection = None;
        } else if self == Self::Immortal {
            user.seen_at = TimeMs(u64::MAX / 2);
        }
        let UserState::Waiting(waiting) = &mut user.state else { return };
        if let (Self::OldTicket, Some(last)) = (self, &old.last_ticket) {
            waiting.ticket = last.clone();
        } else if self == Self::HeardForEver && looks {
            user.seen_at = waiting.look_at;
        } else if self == Self::PlaceLost && old.session().is_some() && waiting.since < waiting.look_at - STEPS[1].after
        {
            waiting.since = waiting.look_at;
        }
    }

    fn session(self, session: &mut Session) {
        if self == Self::SelfMatch {
            session.sides[1].user = session.sides[0].user.clone();
        } else if self == Self::WrongMode {
            session.mode = if session.mode == Mode::Text { Mode::Video } else { Mode::Text };
        } else if self == Self::InMedias {
            session.phase = Phase::Active;
        }
    }

    /// What the invocation is told instead of what was meant.
    pub(super) fn misdirected(self, errand: Errand, inner: &Inner) -> Errand {
        let speaker = |connection: &ConnectionId| {
            let socket = inner.sockets.get(connection)?;
            user_of(&inner.rows, &socket.user)
        };
        match (self, errand) {
            (Self::SilencesPresent, Errand::Lost(connection)) => {
                let present = speaker(&connection).and_then(|user| user.connection.clone());
                Errand::Lost(present.unwrap_or(connection))
            }
            (Self::NextUnnamed, Errand::Frame(from, text)) if text.contains("\"next\"") => {
                Errand::Frame(from, r#"{"action":"next","data":{}}"#.to_owned())
            }
            (Self::EndsPresent, Errand::Frame(from, text)) if text.contains("\"end-call\"") => {
                let mut frame: Value = serde_json::from_str(&text).unwrap_or_default();
                if let Some(present) = speaker(&from).and_then(User::session) {
                    frame["data"]["sessionId"] = Value::from(present.as_str());
                }
                Errand::Frame(from, frame.to_string())
            }
            (_, errand) => errand,
        }
    }

    /// What is read at the doors instead of what stands there, where a token is `stolen`.
    pub(super) fn misread_at_the_doors(self, row: Row, stolen: Option<&str>, now: TimeMs) -> Row {
        match (self, row) {
            (Self::OtherSalt, Row::RefreshFamily(chain)) => {
                Row::RefreshFamily(RefreshFamily { salt: Token::derived(&["other"]), ..chain })
            }
            (Self::NoGrace, Row::RefreshFamily(chain)) => Row::RefreshFamily(RefreshFamily { previous: None, ..chain }),
            (Self::OldTaken, Row::RefreshFamily(chain)) if stolen.is_some() => {
                let previous = stolen.map(SecretHash::of);
                Row::RefreshFamily(RefreshFamily { previous, rotated_at: now, ..chain })
            }
            (Self::AddressMoves, Row::Account(account)) => {
                Row::Account(Account { user: Token::derived(&["nobody"]).into(), ..account })
            }
            (_, row) => row,
        }
    }

    /// The row that is read instead of the one that stands there.
    pub(super) fn misread(self, row: Row) -> Row {
        let Row::Session(session) = &row else { return row };
        if self == Self::Hasty {
            let sides = session.sides.clone().map(|side| Side { next_at: TimeMs(0), ..side });
            return Row::Session(Session { sides, ..session.clone() });
        }
        if self != Self::SpeaksAfterEnd || !session.is_ended() {
            return row;
        }
        Row::Session(Session {
            phase: Phase::Active,
            ends_at: session.ends_at + SpanMs::seconds(86_400),
            ..session.clone()
        })
    }

    /// The role whose way is shown.
    pub(super) fn shown(self, role: Role) -> Role {
        if self == Self::RolesSwapped { role.other() } else { role }
    }
}

fn lets_go(change: &Change, rows: &Rows) -> bool {
    let (Write::Put(row), Some(Row::Profile(old))) = (&change.write, rows.get(&change.key())) else { return false };
    matches!(&**row, Row::Profile(profile) if profile.blocks.len() < old.blocks.len())
}

fn is_expelled(session: &Session) -> bool {
    matches!(session.phase, Phase::Ended { reason: EndReason::Moderation, .. })
}

/// A change of somebody who still is where they were read is made whatever else has changed.
fn blindly(change: &mut Change, rows: &Rows) {
    let Some(Row::User(present)) = rows.get(&change.key()) else { return };
    let Write::Put(row) = &mut change.write else { return };
    let Row::User(user) = &mut **row else { return };
    if present.waiting().is_some() && present.last_ticket == user.last_ticket {
        (user.version, user.standing) = (present.version.next(), present.standing.clone());
        change.guard = Guard::Version(present.version);
    }
}

fn leaves(change: &Change, rows: &Rows) -> bool {
    let (Write::Put(row), Some(Row::User(old))) = (&change.write, rows.get(&change.key())) else { return false };
    matches!(&**row, Row::User(user) if user.state == UserState::Idle && old.waiting().is_some())
}
