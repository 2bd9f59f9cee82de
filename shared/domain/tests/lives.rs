//! Laws over whole lives: whatever people do, in whatever order, and whichever transaction loses its race.
#![cfg(test)]

use std::collections::BTreeMap;

use domain::credential::{Card, Connection};
use domain::decide::{self, Arrival, Ending, Member, Pair, PairIds};
use domain::id::{ConnectionId, DeviceId, SessionId, Token, UserId};
use domain::profile::{Nickname, Tags, Wish};
use domain::row::{Change, Key, Row};
use domain::session::{EndReason, Role, Session};
use domain::standing::Standing;
use domain::time::{SpanMs, TimeMs};
use domain::user::{User, UserState};
use domain::{Decision, Effect};
use proptest::prelude::*;

const PEOPLE: usize = 4;
const LENGTH: SpanMs = SpanMs::seconds(300);

#[derive(Debug, Clone)]
enum Act {
    Hello(usize),
    Join(usize),
    Leave(usize),
    Meet(usize, usize),
    Confirm(usize),
    End(usize),
    Skip(usize),
    Extend(usize),
    Lose(usize),
    Tick(usize),
    Pass(u64),
}

fn acts() -> impl Strategy<Value = Act> {
    let someone = 0..PEOPLE;
    prop_oneof![
        someone.clone().prop_map(Act::Hello),
        someone.clone().prop_map(Act::Join),
        someone.clone().prop_map(Act::Leave),
        (someone.clone(), someone.clone()).prop_map(|(a, b)| Act::Meet(a, b)),
        someone.clone().prop_map(Act::Confirm),
        someone.clone().prop_map(Act::End),
        someone.clone().prop_map(Act::Skip),
        someone.clone().prop_map(Act::Extend),
        someone.clone().prop_map(Act::Lose),
        someone.prop_map(Act::Tick),
        (0_u64..20_000).prop_map(Act::Pass),
    ]
}

#[derive(Default)]
struct Rows {
    rows: BTreeMap<Key, Row>,
    now: TimeMs,
    tokens: u64,
    freshest: Vec<usize>,
}

impl Rows {
    fn token(&mut self) -> Token {
        self.tokens += 1;
        Token::derived(&["life", &self.tokens.to_string()])
    }

    fn user(&self, who: usize) -> Option<User> {
        match self.rows.get(&Key::User(name(who))) {
            Some(Row::User(user)) => Some(user.clone()),
            _ => None,
        }
    }

    fn session(&self, id: &SessionId) -> Option<Session> {
        match self.rows.get(&Key::Session(id.clone())) {
            Some(Row::Session(session)) => Some(session.clone()),
            _ => None,
        }
    }

    fn session_of(&self, who: usize) -> Option<(Session, [Option<User>; 2])> {
        let session = self.session(self.user(who)?.session()?)?;
        let users = Role::BOTH.map(|role| (0..PEOPLE).find(|who| name(*who) == session.side(role).user));
        let users = users.map(|who| who.and_then(|who| self.user(who)));
        Some((session, users))
    }

    /// Commits all or nothing, as the store does.
    fn commit(&mut self, decision: &Decision) {
        let holds = |change: &Change| change.guard.holds(self.rows.get(&change.key()));
        assert!(decision.changes.iter().all(holds), "a decision on fresh rows never conflicts");
        let tidies = decision
            .effects
            .iter()
            .filter_map(|effect| if let Effect::Tidy(change) = effect { Some(change) } else { None });
        for change in decision.changes.iter().chain(tidies) {
            let key = change.key();
            match change.outcome(self.rows.get(&key)) {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }

    fn act(&mut self, act: &Act) {
        let now = self.now;
        match act {
            Act::Pass(span) => self.now = self.now + SpanMs(*span),
            Act::Hello(who) => self.hello(*who),
            Act::Join(who) => {
                let Some(user) = self.user(*who) else { return };
                let ticket = self.token().into();
                if let Ok((_, decision)) = decide::wait(&user, wish(), ticket, now) {
                    self.commit(&decision);
                }
            }
            Act::Leave(who) => {
                if let Some(decision) = self.user(*who).and_then(|user| decide::leave(&user, now)) {
                    self.commit(&decision);
                }
            }
            Act::Meet(a, b) => self.meet(*a, *b),
            Act::Confirm(who) => {
                let Some((session, _)) = self.session_of(*who) else { return };
                let role = session.role_of_user(&name(*who)).unwrap();
                if let Some(decision) = decide::received(&session, &session.side(role).connection, None, now) {
                    self.commit(&decision);
                }
            }
            Act::End(who) => {
                let Some((session, _)) = self.session_of(*who) else { return };
                self.commit(&decide::end(presumed(&session), EndReason::PeerLeft, now));
            }
            Act::Skip(who) => {
                let Some((session, users)) = self.session_of(*who) else { return };
                let ticket = self.token().into();
                if let Ok((_, decision)) = decide::skip(ending(&session, &users), &name(*who), ticket, now) {
                    self.commit(&decision);
                }
            }
            Act::Extend(who) => {
                let Some((session, _)) = self.session_of(*who) else { return };
                let role = session.role_of_user(&name(*who)).unwrap();
                if let Ok(decision) = decide::extend(&session, role, now) {
                    self.commit(&decision);
                }
            }
            Act::Lose(who) => {
                let Some(user) = self.user(*who) else { return };
                let Some(connection) = user.connection.clone() else { return };
                let session = user.session().and_then(|id| self.session(id));
                self.commit(&decide::lose(&connection, &user, session.as_ref(), None, now));
            }
            Act::Tick(who) => self.tick(*who),
        }
    }

    fn hello(&mut self, who: usize) {
        self.freshest.resize(PEOPLE, 0);
        self.freshest[who] += 1;
        let connection = Connection {
            id: ConnectionId::parse(&format!("c{who}-{}", self.freshest[who])).unwrap(),
            user: name(who),
            device: DeviceId::parse("d").unwrap(),
            card: Card {
                nickname: Nickname::parse("N").unwrap(),
                tags: Tags::default(),
                language: None,
                hide_ip: false,
                agreed: None,
                standing: Standing::default(),
            },
            family: Token::derived(&["family"]).into(),
            issued_at: self.now,
            opened_at: self.now,
        };
        let user = self.user(who);
        let session = user.as_ref().and_then(User::session).and_then(|id| self.session(id));
        let Arrival::Welcome { decision, .. } = decide::arrive(&connection, user, session, None, self.now) else {
            return;
        };
        self.commit(&decision);
    }

    fn meet(&mut self, a: usize, b: usize) {
        let (Some(seeker), Some(candidate)) = (self.user(a), self.user(b)) else { return };
        let Some(waiting) = candidate.waiting().cloned() else { return };
        let ids = PairIds::from_tokens([self.token(), self.token(), self.token(), self.token()]);
        let wish = wish();
        let pair = Pair { seeker: &seeker, wish: &wish, candidate: &candidate, ticket: &waiting.ticket };
        if let Ok(decision) = decide::pair(pair, None, ids, LENGTH, self.now) {
            self.commit(&decision);
        }
    }

    fn tick(&mut self, who: usize) {
        let Some((session, users)) = self.session_of(who) else { return };
        let tickets = [self.token().into(), self.token().into()];
        let confirmation = decide::confirm(ending(&session, &users), tickets, self.now);
        self.commit(&confirmation.decision);
        for role in Role::BOTH {
            let Some((session, _)) = self.session_of(who) else { return };
            self.commit(&decide::grace(presumed(&session), role, self.now));
        }
        let Some((session, users)) = self.session_of(who) else { return };
        self.commit(&decide::deadline(ending(&session, &users), self.now));
    }

    /// M1 one session each, M2 both sides agree, M3 never oneself, M4 a hint of a live ticket is its user's, S1, S4.
    fn check(&self) {
        for row in self.rows.values() {
            if let Row::Session(session) = row {
                let [a, b] = [0, 1].map(|side: usize| &session.sides[side].user);
                assert_ne!(a, b);
                for side in &session.sides {
                    let Some(Row::User(user)) = self.rows.get(&Key::User(side.user.clone())) else { panic!("no user") };
                    let is_in = user.session() == Some(&session.id);
                    assert!(session.is_ended() || is_in, "a live session holds both of its people");
                    assert!(!(session.is_ended() && is_in), "an ended session holds nobody");
                }
            }
        }
        for who in 0..PEOPLE {
            let Some(user) = self.user(who) else { continue };
            if let UserState::InSession(id) = &user.state {
                assert!(self.session(id).is_some_and(|session| session.role_of_user(&user.id).is_some()));
            }
            if let Some(waiting) = user.waiting() {
                let hinted =
                    self.rows.values().any(|row| matches!(row, Row::Hint(hint) if hint.ticket == waiting.ticket));
                assert!(hinted || user.connection.is_none(), "whoever waits and is there can be found");
            }
        }
    }
}

fn name(who: usize) -> UserId {
    UserId::parse(&format!("u{who}")).unwrap()
}

fn wish() -> Wish {
    Wish { tags: Tags::parse(&["x"]).unwrap(), ..Wish::default() }
}

fn presumed(session: &Session) -> Ending<'_> {
    Ending { session, members: [Member::Presumed; 2] }
}

fn ending<'a>(session: &'a Session, users: &'a [Option<User>; 2]) -> Ending<'a> {
    Ending { session, members: users.each_ref().map(|user| Member::Loaded(user.as_ref())) }
}

proptest! {
    #[test]
    fn nobody_is_ever_in_two_places(acts in prop::collection::vec(acts(), 0..120)) {
        let mut rows = Rows { now: TimeMs(1_000_000_000_000), ..Rows::default() };
        for act in &acts {
            rows.act(act);
            rows.check();
        }
    }

    #[test]
    fn ended_is_final(acts in prop::collection::vec(acts(), 0..120)) {
        let mut rows = Rows { now: TimeMs(1_000_000_000_000), ..Rows::default() };
        let mut ended: BTreeMap<SessionId, Session> = BTreeMap::new();
        for act in &acts {
            rows.act(act);
            for row in rows.rows.values() {
                if let Row::Session(session) = row && session.is_ended() {
                    let first = ended.entry(session.id.clone()).or_insert_with(|| session.clone());
                    prop_assert_eq!(&*first, session);
                }
            }
        }
    }
}
