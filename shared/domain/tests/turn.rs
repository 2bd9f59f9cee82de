//! Names for TURN: short-lived, one for each side of a call, and nothing that lasts of a person.
#![cfg(test)]

use domain::id::{DeviceId, SessionId};
use domain::limits::{ICE_SERVERS_LIFE, TURN_NAME_LIFE};
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};
use domain::turn::TurnName;

const NOON: TimeMs = TimeMs(1_772_452_800_000);

#[test]
fn a_name_ends_within_ten_minutes_and_outlives_what_is_renewed_with_it() {
    assert!(TURN_NAME_LIFE <= SpanMs::seconds(600));
    assert!(TURN_NAME_LIFE >= ICE_SERVERS_LIFE);
    let session = SessionId::parse("s").unwrap();
    assert_eq!(TurnName::in_session(&session, Role::Offerer, NOON).ends_at, NOON + TURN_NAME_LIFE);
    assert_eq!(TurnName::outside(&DeviceId::parse("d").unwrap(), NOON).ends_at, NOON + TURN_NAME_LIFE);
}

#[test]
fn each_side_of_each_call_has_its_own_and_keeps_it() {
    let name = |session: &str, role, at| TurnName::in_session(&SessionId::parse(session).unwrap(), role, at).opaque;
    let ada = name("one", Role::Offerer, NOON);
    assert_eq!(ada, name("one", Role::Offerer, NOON + SpanMs::seconds(240)), "renewed, it counts as the same");
    assert_ne!(ada, name("one", Role::Answerer, NOON));
    assert_ne!(ada, name("two", Role::Offerer, NOON));
    assert!(!ada.as_str().contains("one"));
}

#[test]
fn outside_of_a_call_nobody_is_known_again() {
    let name = |device: &str, at| TurnName::outside(&DeviceId::parse(device).unwrap(), at).opaque;
    assert_eq!(name("ada", NOON), name("ada", NOON + SpanMs::seconds(1)), "two in a row count as one");
    assert_ne!(name("ada", NOON), name("ada", NOON + TURN_NAME_LIFE));
    assert_ne!(name("ada", NOON), name("bob", NOON));
}
