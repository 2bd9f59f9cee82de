//! Who may ask for whom again.
#![cfg(test)]

use domain::call::Ring;
use domain::credential::Card;
use domain::decide::{Again, PairIds, Rematch, rematch};
use domain::id::{Token, UserId};
use domain::limits::REMATCH_WITHIN;
use domain::profile::{Nickname, Tags};
use domain::refusal::Code;
use domain::session::{Between, EndReason, Phase, Session, Side};
use domain::standing::Standing;
use domain::time::{SpanMs, TimeMs};
use domain::user::User;
use domain::{Decision, Effect};

const NOW: TimeMs = TimeMs(1_772_452_800_000);

fn token(name: &str) -> Token {
    Token::derived(&[name])
}

fn somebody(name: &str) -> User {
    let card = Card {
        nickname: Nickname::parse(name).unwrap(),
        tags: Tags::default(),
        language: None,
        hide_ip: false,
        agreed: None,
        standing: Standing::default(),
    };
    let user = User::arriving(token(name).into(), card, token("device").into(), NOW);
    let connection = domain::id::ConnectionId::parse(&format!("c-{name}=")).ok();
    User { connection, again: Some(token("over").into()), ..user }
}

fn over() -> Session {
    let side = |name: &str| Side {
        user: token(name).into(),
        peer: token(&format!("{name} alias")).into(),
        nickname: Nickname::parse(name).unwrap(),
        connection: domain::id::ConnectionId::parse(&format!("c-{name}=")).unwrap(),
        lost_at: None,
        received: true,
        waited_since: None,
        next_at: NOW,
    };
    let session = Session::new(token("over").into(), [side("Ada"), side("Bob")], SpanMs::seconds(300), NOW);
    Session { phase: Phase::Ended { at: NOW, reason: EndReason::PeerLeft }, ..session }
}

fn asked(over: &Session, ada: &User, bob: &User, now: TimeMs) -> Result<Rematch, Code> {
    let ids = PairIds::from_tokens(["session", "one", "other", "viewer"].map(token));
    let again = Again { over, asker: ada, partner: Some(bob) };
    rematch(again, None, ids, SpanMs::seconds(300), now).map_err(|refusal| refusal.code)
}

fn made(decision: &Decision) -> &Session {
    let made = decision.effects.iter().find_map(|effect| match effect {
        Effect::Introduce { session, .. } => Some(&**session),
        Effect::Post { .. } | Effect::Seat { .. } | Effect::RenewIce(_) | Effect::Record(_) | Effect::Tidy(_) => None,
    });
    made.expect("a session")
}

#[test]
fn only_a_call_among_strangers_that_ended_well_and_lately_can_be_had_again() {
    let (ada, bob, good) = (somebody("Ada"), somebody("Bob"), over());
    let ended = |reason| Session { phase: Phase::Ended { at: NOW, reason }, ..good.clone() };
    for reason in EndReason::ALL {
        let bad = matches!(reason, EndReason::Moderation | EndReason::Failed);
        let outcome = asked(&ended(reason), &ada, &bob, NOW);
        assert_eq!(outcome.is_err(), bad, "{reason:?}");
        assert!(!bad || outcome == Err(Code::Gone), "{reason:?}");
    }
    assert!(asked(&good, &ada, &bob, NOW + REMATCH_WITHIN).is_ok());
    assert_eq!(asked(&good, &ada, &bob, NOW + REMATCH_WITHIN + SpanMs(1)), Err(Code::Gone));
    let goes_on = Session { phase: Phase::Active, ..good.clone() };
    assert_eq!(asked(&goes_on, &ada, &bob, NOW), Err(Code::Conflict));
    let friends = Session { between: Between::Friends, ..good.clone() };
    assert_eq!(asked(&friends, &ada, &bob, NOW), Err(Code::Conflict));
    assert_eq!(asked(&good, &somebody("Eve"), &bob, NOW), Err(Code::NotInSession));
}

#[test]
fn both_must_be_free_and_want_it() {
    let (ada, bob, over) = (somebody("Ada"), somebody("Bob"), over());
    let meets = |ada: &User, bob: &User| matches!(asked(&over, ada, bob, NOW), Ok(Rematch::Meet(_)));
    assert!(meets(&ada, &bob));
    let ring = Some(Ring { call: token("call").into(), until: NOW + SpanMs(1) });
    assert_eq!(asked(&over, &User { ring: ring.clone(), ..ada.clone() }, &bob, NOW), Err(Code::Conflict));
    let banned = Standing { banned_until: Some(NOW + SpanMs(1)), ..Standing::default() };
    assert_eq!(asked(&over, &User { standing: banned.clone(), ..ada.clone() }, &bob, NOW), Err(Code::Banned));
    let blocks = |whom: &UserId| Standing { blocked: vec![whom.clone()], ..Standing::default() };
    for elsewhere in [
        User { ring, ..bob.clone() },
        User { again: None, ..bob.clone() },
        User { again: Some(token("another").into()), ..bob.clone() },
        User { connection: None, ..bob.clone() },
        User { standing: banned, ..bob.clone() },
        User { standing: blocks(&ada.id), ..bob.clone() },
        User { state: domain::user::UserState::InSession(token("other call").into()), ..bob.clone() },
    ] {
        assert_eq!(asked(&over, &ada, &elsewhere, NOW), Ok(Rematch::Wait), "{elsewhere:?}");
    }
    assert_eq!(asked(&over, &User { standing: blocks(&bob.id), ..ada }, &bob, NOW), Ok(Rematch::Wait));
}

#[test]
fn whoever_hides_their_address_does_so_again() {
    let (ada, bob, over) = (somebody("Ada"), somebody("Bob"), over());
    for (ada_hides, bob_hides) in [(false, false), (true, false), (false, true)] {
        let (ada, bob) = (User { hide_ip: ada_hides, ..ada.clone() }, User { hide_ip: bob_hides, ..bob.clone() });
        let Ok(Rematch::Meet(decision)) = asked(&over, &ada, &bob, NOW) else { panic!("they meet") };
        assert_eq!(made(&decision).relay_only, ada_hides || bob_hides);
    }
}
