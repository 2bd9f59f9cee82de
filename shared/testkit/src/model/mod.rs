//! The protocol of matches and sessions as a small state machine: rows, timers and invocations, each of which loads and
//! decides in one step, commits in a later one, and may end between any two. A checker can visit every state of it
//! (`tests/model.rs`); [`trace`] holds the real use cases against it.

mod laws;
mod names;
mod op;
mod rows;
pub mod trace;

pub use laws::Law;
pub use op::Op;
pub use rows::{NEW, PEOPLE, Phase, Place, Put, Rows, Session, Side, User};

use op::people;

/// A bug that is planted into the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A match is two writes: the session with the seeker, then the candidate.
    MatchInTwoWrites,
    /// The end of a session is a write per row.
    EndInThreeWrites,
    /// Whoever ends a session does not check its row.
    EndForgetsTheSession,
    /// A matcher checks the candidate and not itself.
    MatcherForgetsItself,
    /// A page's confirmation does not check the session row.
    ReceivedUnfenced,
    /// `$disconnect` clears whatever connection speaks.
    DisconnectOfAny,
    /// Timers are armed after the commit.
    TimersAfterwards,
    /// A timer that comes before what it was armed for does not fence it off.
    EarlyTimerIgnored,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::MatchInTwoWrites,
        Self::EndInThreeWrites,
        Self::EndForgetsTheSession,
        Self::MatcherForgetsItself,
        Self::ReceivedUnfenced,
        Self::DisconnectOfAny,
        Self::TimersAfterwards,
        Self::EarlyTimerIgnored,
    ];
}

/// One write of an invocation on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Write {
    /// What it writes.
    pub put: Put,
    /// Whether the row is still as it was loaded.
    pub fresh: bool,
    /// Whether it fails when the row is not.
    pub guarded: bool,
}

impl Write {
    /// Whether its guard holds: nothing has changed what it was decided on.
    fn holds(&self, rows: &Rows) -> bool {
        match self.put {
            Put::Free(user, session) => rows.user(user).place == Place::In(session),
            Put::User(..) | Put::Session(..) => self.fresh,
        }
    }
}

/// An invocation on its way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flight {
    /// About to look for a partner: for the second time, or again after a lost race.
    Looking {
        /// For whom.
        user: u8,
        /// Whether they hold a ticket.
        queued: bool,
    },
    /// Has loaded and decided, and will commit.
    Committing {
        /// What it was asked.
        op: Op,
        /// The transaction.
        writes: Vec<Write>,
        /// Whether the timers of what it makes stand.
        armed: bool,
    },
    /// With [`Bug::TimersAfterwards`]: has committed, and will arm.
    Arming {
        /// A ticket's holder.
        users: [bool; PEOPLE],
        /// A session.
        session: Option<u8>,
    },
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct State {
    /// The rows.
    pub rows: Rows,
    /// Whose ticket has a timer.
    pub widens: [bool; PEOPLE],
    /// Which sessions have a confirm timer.
    pub confirms: Vec<bool>,
    /// Which sessions have a deadline timer.
    pub deadlines: Vec<bool>,
    /// How many connections each person has opened after the first.
    pub opened: [u8; PEOPLE],
    /// Who is on the way, in no order.
    pub flights: Vec<Flight>,
    /// How many invocations may still begin.
    pub left: u8,
    /// The law that the last step broke.
    pub broken: Option<Law>,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An invocation begins: it loads, decides and arms.
    Begin(Op),
    /// A flight commits, finds out that it cannot, or arms.
    Go(usize),
    /// A flight that looks finds somebody, or nobody and puts a ticket down.
    Find(usize, Op),
    /// A flight ends before its next step.
    Crash(usize),
    /// The timers of a flight fire before it commits: a frozen process.
    Early(usize),
}

/// The protocol.
#[derive(Debug, Clone, Copy, Default)]
pub struct Protocol {
    /// What is wrong with it.
    pub bug: Option<Bug>,
    /// How many invocations begin.
    pub invocations: u8,
    /// How many of them are on the way at once.
    pub side_by_side: usize,
    /// How many connections one person opens after the first.
    pub connections: u8,
}

impl Protocol {
    /// Everybody is online and asks for nobody.
    #[must_use]
    pub fn start(&self) -> State {
        let user = User { there: true, ..User::default() };
        let rows = Rows { users: [user; PEOPLE], sessions: Vec::new() };
        State { rows, left: self.invocations, ..State::default() }
    }

    /// Everything that can happen next.
    pub fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.broken.is_some() {
            return;
        }
        if state.left > 0 && state.flights.len() < self.side_by_side {
            self.begins(state, actions);
        }
        for (at, flight) in state.flights.iter().enumerate() {
            actions.push(Action::Crash(at));
            match flight {
                Flight::Looking { user, queued } => {
                    finds(&state.rows, *user, *queued, |op| actions.push(Action::Find(at, op)));
                }
                Flight::Committing { writes, armed, .. } => {
                    actions.push(Action::Go(at));
                    if *armed && state.left > 0 && !awaited(writes, &state.rows).is_empty() {
                        actions.push(Action::Early(at));
                    }
                }
                Flight::Arming { .. } => actions.push(Action::Go(at)),
            }
        }
    }

    fn begins(&self, state: &State, actions: &mut Vec<Action>) {
        let newest = state.opened.map(|opened| (opened + 1).min(self.connections));
        for op in Op::all(&state.rows, newest) {
            let may = match op {
                Op::Meet { seeker, queued, .. } => !queued || state.widens[usize::from(seeker)],
                // A page leaves; without a page the silence is noticed by the ticket's timer.
                Op::Leave { user } => state.rows.user(user).there || state.widens[usize::from(user)],
                Op::Wait { user } => state.rows.user(user).there,
                Op::Confirm { session, .. } => state.confirms[usize::from(session)],
                Op::Deadline { session } => state.deadlines[usize::from(session)],
                Op::Hello { user, connection } => connection >= state.opened[usize::from(user)] && unheard(state, op),
                Op::Lost { user, connection } => connection <= state.opened[usize::from(user)],
                Op::Received { .. } | Op::End { .. } | Op::Next { .. } | Op::Grace { .. } => true,
                // Who has asked for whom is not in its rows; traces are held against it.
                Op::Again { .. } => false,
            };
            let looks_at_active = matches!(op, Op::Confirm { session, .. } if state.rows.sessions[usize::from(session)].phase == Phase::Active);
            if may && (looks_at_active || !self.decide(op, &state.rows).is_empty()) {
                actions.push(Action::Begin(op));
            }
        }
    }

    fn decide(&self, op: Op, rows: &Rows) -> Vec<Put> {
        let puts = op.decide(rows);
        if let (Some(Bug::DisconnectOfAny), Op::Lost { user, connection }) = (self.bug, op) {
            let present = rows.user(user);
            if puts.is_empty() && present.there && connection < present.latest {
                return vec![Put::User(user, User { there: false, ..present })];
            }
        }
        puts
    }

    /// The state after a step, under the names that all states of its kind have.
    #[must_use]
    pub fn next(&self, last: &State, action: Action) -> State {
        let mut state = last.clone();
        match action {
            Action::Begin(op) => {
                state.left -= 1;
                if let Op::Hello { user, connection } = op {
                    state.opened[usize::from(user)] = connection;
                }
                self.take_off(&mut state, op);
            }
            Action::Find(at, op) => {
                state.flights.swap_remove(at);
                self.take_off(&mut state, op);
            }
            Action::Crash(at) => drop(state.flights.swap_remove(at)),
            Action::Early(at) => {
                state.left -= 1;
                let Flight::Committing { writes, armed, .. } = &mut state.flights[at] else { return state };
                *armed = false;
                if self.bug != Some(Bug::EarlyTimerIgnored) {
                    let fenced = awaited(writes, &state.rows);
                    go_stale(&mut state.flights, &fenced);
                }
            }
            Action::Go(at) => match state.flights.swap_remove(at) {
                Flight::Looking { .. } => {}
                Flight::Committing { op, writes, armed } => self.commit(&mut state, op, &writes, armed),
                Flight::Arming { users, session } => {
                    for user in people().map(usize::from).filter(|user| users[*user]) {
                        state.widens[user] = state.rows.users[user].place == Place::Waiting;
                    }
                    if let Some(confirm) = session.and_then(|session| state.confirms.get_mut(usize::from(session))) {
                        *confirm = true;
                    }
                }
            },
        }
        names::settle(state)
    }

    /// Loads and decides, and arms what is decided.
    fn take_off(&self, state: &mut State, op: Op) {
        if let Op::Confirm { session, .. } = op
            && state.rows.session(session).is_some_and(|row| row.phase == Phase::Active)
        {
            state.deadlines[usize::from(session)] = true;
            state.confirms[usize::from(session)] = false;
            return;
        }
        let guarded = |put: &Put| match (self.bug, put) {
            (Some(Bug::EndForgetsTheSession), Put::Session(..)) => op.ends().is_none(),
            (Some(Bug::MatcherForgetsItself), Put::User(user, _)) => {
                !matches!(op, Op::Meet { seeker, .. } if seeker == *user)
            }
            (Some(Bug::ReceivedUnfenced), Put::Session(..)) => !matches!(op, Op::Received { .. }),
            (Some(Bug::DisconnectOfAny), Put::User(..)) => !matches!(op, Op::Lost { .. }),
            (_, _) => true,
        };
        let write = |put: Put| Write { put, fresh: true, guarded: guarded(&put) };
        let writes: Vec<Write> = self.decide(op, &state.rows).into_iter().map(write).collect();
        if !writes.is_empty() {
            state.flights.push(Flight::Committing { op, writes, armed: self.bug != Some(Bug::TimersAfterwards) });
        }
    }

    fn commit(&self, state: &mut State, op: Op, writes: &[Write], armed: bool) {
        if writes.iter().any(|write| write.guarded && !write.holds(&state.rows)) {
            return self.again(state, op);
        }
        let at_once = match (self.bug, op) {
            (Some(Bug::MatchInTwoWrites), Op::Meet { .. }) => writes.len().min(2),
            (Some(Bug::EndInThreeWrites), _) if op.ends().is_some() => 1,
            _ => writes.len(),
        };
        let (now, later) = writes.split_at(at_once);
        let before = state.rows.clone();
        let puts: Vec<Put> = now.iter().map(|write| write.put).collect();
        state.rows.write(puts.iter().copied());
        state.broken = laws::broken_by(&before, &state.rows, op);
        go_stale(&mut state.flights, &puts);
        let (mut users, mut session) = ([false; PEOPLE], None);
        for user in people() {
            let (at, place) = (usize::from(user), state.rows.user(user).place);
            if place != before.user(user).place {
                state.widens[at] = armed && place == Place::Waiting;
                users[at] = place == Place::Waiting;
            }
        }
        if state.rows.sessions.len() > before.sessions.len() {
            session = u8::try_from(before.sessions.len()).ok();
            state.confirms.push(armed);
            state.deadlines.push(false);
        }
        if self.bug == Some(Bug::TimersAfterwards) && (users.contains(&true) || session.is_some()) {
            state.flights.push(Flight::Arming { users, session });
        }
        if later.is_empty() {
            let queued = people().filter(|user| users[usize::from(*user)]);
            state.flights.extend(queued.map(|user| Flight::Looking { user, queued: true }));
        } else {
            let named = |put| match (put, session) {
                (Put::User(user, row), Some(made)) => Put::User(user, User { place: Place::In(made), ..row }),
                (put, _) => put,
            };
            let later = later.iter().map(|write| Write { put: named(write.put), ..*write }).collect();
            state.flights.push(Flight::Committing { op, writes: later, armed });
        }
    }

    /// After a lost race: load again and decide again.
    fn again(&self, state: &mut State, op: Op) {
        match op {
            Op::Wait { user } => state.flights.push(Flight::Looking { user, queued: false }),
            Op::Meet { seeker, queued, .. } => state.flights.push(Flight::Looking { user: seeker, queued }),
            Op::Leave { .. }
            | Op::Again { .. }
            | Op::Received { .. }
            | Op::End { .. }
            | Op::Next { .. }
            | Op::Confirm { .. }
            | Op::Grace { .. }
            | Op::Deadline { .. }
            | Op::Hello { .. }
            | Op::Lost { .. } => self.take_off(state, op),
        }
    }
}

/// Whether a `hello` would tell anything: its connection is new, or counts as lost.
fn unheard(state: &State, op: Op) -> bool {
    let Op::Hello { user, connection } = op else { return true };
    let row = state.rows.user(user);
    let marked = |session: Session| session.sides.iter().any(|side| side.user == user && side.lost);
    let lost = matches!(row.place, Place::In(at) if state.rows.session(at).is_some_and(marked));
    connection > row.latest || !row.there || lost
}

/// Whom a look can find, or a ticket when it finds nobody: wishes that do not agree yet are as good as nobody.
fn finds(rows: &Rows, user: u8, queued: bool, mut find: impl FnMut(Op)) {
    let meet = people().map(|candidate| Op::Meet { seeker: user, candidate, queued });
    let wait = (!queued).then_some(Op::Wait { user });
    meet.chain(wait).filter(|op| !op.decide(rows).is_empty()).for_each(&mut find);
}

/// The user rows for whose tickets and matches timers were armed.
fn awaited(writes: &[Write], rows: &Rows) -> Vec<Put> {
    let puts = writes.iter().map(|write| write.put);
    let begins = |put: &Put| match put {
        Put::User(user, row) => {
            row.place == Place::In(NEW) || (row.place == Place::Waiting && rows.user(*user).place != Place::Waiting)
        }
        Put::Session(..) | Put::Free(..) => false,
    };
    puts.filter(begins).collect()
}

/// Whoever loaded one of these rows has loaded what is no longer so.
fn go_stale(flights: &mut [Flight], puts: &[Put]) {
    for flight in flights {
        let Flight::Committing { writes, .. } = flight else { continue };
        for write in writes {
            write.fresh &= matches!(write.put, Put::Free(..)) || !puts.iter().any(|put| put.same_row(&write.put));
        }
    }
}
