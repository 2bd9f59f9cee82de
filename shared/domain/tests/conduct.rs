//! Rules of conduct come true by what has happened, in whatever order and however often the stream tells it; and nothing that
//! follows keeps anybody from meeting others.
#![cfg(test)]

use std::collections::BTreeSet;

use domain::conduct::{Conduct, Consequence, Counted, Fired, Observation, RULES, Rule, Signal, Subject};
use domain::credential::{Newcomer, Profile};
use domain::decide::{self, Noted};
use domain::fact::DeviceMark;
use domain::id::{DeviceId, SessionId, Token, UserId};
use domain::limits::{NOTICED_LATE, SLOWED_COOL_DOWN};
use domain::report::{Evidence, Shelf};
use domain::row::{Key, Row, Write};
use domain::sanction::Measure;
use domain::speech::Message;
use domain::tally::EventMark;
use domain::time::{SpanMs, TimeMs};
use domain::user::User;
use proptest::prelude::*;

/// Monday, 2 March 2026, noon UTC: every rule has a window that begins here, or a good while before.
const NOON: TimeMs = TimeMs(1_772_452_800_000);
const SIGNALS: [Signal; 5] = [Signal::Skipped, Signal::Reported, Signal::Hasty, Signal::Link, Signal::SignedIn];

fn mark(name: &str) -> EventMark {
    EventMark::of(&Token::derived(&[name]))
}

fn observation(signal: Signal, event: usize, by: usize, at: TimeMs) -> Observation {
    Observation { event: mark(&format!("event {event}")), by: mark(&format!("person {by}")), at, signal }
}

fn unknown() -> Conduct {
    Conduct::unknown(Subject::Person(UserId::parse("Ada").unwrap()), NOON)
}

/// What came true, and what is kept, after these batches.
fn deliver(batches: &[Vec<Observation>], now: TimeMs) -> (Conduct, Vec<Fired>) {
    let (mut conduct, mut all) = (unknown(), Vec::new());
    for batch in batches {
        if let Some((next, fired)) = conduct.note(batch, now) {
            conduct = next;
            all.extend(fired);
        }
    }
    (conduct, all)
}

fn set(fired: &[Fired]) -> BTreeSet<(&'static str, TimeMs)> {
    fired.iter().map(|one| (one.rule.name, one.since)).collect()
}

/// What a rule wants, and nothing more, from its window's beginning.
fn as_many_as(rule: &Rule, many: usize) -> Vec<Observation> {
    (0..many).map(|n| observation(rule.signal, n, n, NOON)).collect()
}

/// Much of one signal and some of others from a few people, within two thirds of an hour.
fn any_observations() -> impl Strategy<Value = Vec<Observation>> {
    let one = (0..SIGNALS.len(), 0..400_usize, 0..70_usize, 0..2_400_u64);
    (0..SIGNALS.len(), prop::collection::vec(one, 0..400)).prop_map(|(often, all)| {
        let told = |(which, event, by, second): (usize, usize, usize, u64)| {
            let signal = if event % 3 == 0 { SIGNALS[which] } else { SIGNALS[often] };
            observation(signal, event, by, NOON + SpanMs::seconds(second))
        };
        all.into_iter().map(told).collect()
    })
}

proptest! {
    #[test]
    fn order_batches_and_repeats_change_nothing(
        all in any_observations(),
        shuffled in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1..50_usize, 1..20),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let now = NOON + SpanMs::seconds(3_000);
        let (whole, at_once) = deliver(std::slice::from_ref(&all), now);
        // Rotated, reversed, with repeats, in pieces, some of which come twice.
        let mut other = all.clone();
        if !all.is_empty() {
            other.rotate_left(shuffled.index(all.len()));
            other.reverse();
            for index in again {
                other.insert(index.index(other.len()), all[index.index(all.len())].clone());
            }
        }
        let (mut pieces, mut rest) = (Vec::new(), other.as_slice());
        for size in sizes {
            let (piece, left) = rest.split_at(size.min(rest.len()));
            pieces.extend([piece.to_vec(), piece.to_vec()]);
            rest = left;
        }
        pieces.push(rest.to_vec());
        let (cut, in_pieces) = deliver(&pieces, now);
        prop_assert_eq!(set(&at_once), set(&in_pieces));
        prop_assert_eq!(in_pieces.len(), set(&in_pieces).len(), "each comes true once in a window");
        prop_assert_eq!(whole.counts, cut.counts);
        prop_assert_eq!(whole.slowed_until, cut.slowed_until);
        prop_assert!(deliver(&[pieces.concat()], now).0.note(&all, now).is_none(), "nothing of it is new");
    }

    #[test]
    fn a_row_stays_small(all in any_observations()) {
        let (conduct, _) = deliver(&[all], NOON + SpanMs::seconds(3_000));
        let most: usize = RULES.iter().map(|rule| rule.many).max().unwrap();
        // Of ten minutes no more than an hour and the time for late ones is kept, and what began since.
        prop_assert!(conduct.counts.len() <= RULES.len() * 19);
        for count in &conduct.counts {
            if let domain::conduct::CountState::Counting(marks) = &count.state {
                prop_assert!(marks.len() < most && marks.len() < count.rule.many);
            }
        }
    }
}

#[test]
fn every_rule_comes_true_at_its_number_and_not_below() {
    for rule in &RULES {
        let (_, below) = deliver(&[as_many_as(rule, rule.many - 1)], NOON);
        assert!(below.iter().all(|fired| fired.rule.name != rule.name), "{}", rule.name);
        let (_, at) = deliver(&[as_many_as(rule, rule.many)], NOON);
        assert!(at.iter().any(|fired| fired.rule.name == rule.name), "{}", rule.name);
        let (_, above) = deliver(&[as_many_as(rule, 3 * rule.many)], NOON);
        assert_eq!(above.iter().filter(|fired| fired.rule.name == rule.name).count(), 1, "{}", rule.name);
    }
}

#[test]
fn one_person_who_does_it_often_is_one_person() {
    for rule in RULES.iter().filter(|rule| rule.counts == Counted::People) {
        let often = (0..10 * rule.many).map(|n| observation(rule.signal, n, n % (rule.many - 1), NOON)).collect();
        assert_eq!(deliver(&[often], NOON).1.iter().filter(|fired| fired.rule.name == rule.name).count(), 0);
    }
}

#[test]
fn what_is_spread_over_windows_is_no_burst_and_what_is_too_late_is_nothing() {
    for rule in &RULES {
        let since = TimeMs(NOON.0 - NOON.0 % rule.within.0);
        let half = rule.many / 2;
        let mut spread = as_many_as(rule, rule.many - 1);
        for one in &mut spread[..half] {
            one.at = since + rule.within;
        }
        let fired = deliver(&[spread], since + rule.within).1;
        assert!(fired.iter().all(|fired| fired.rule.name != rule.name), "{}", rule.name);
        let late = since + rule.within + NOTICED_LATE;
        let fired = deliver(&[as_many_as(rule, rule.many)], late).1;
        assert!(fired.iter().all(|fired| fired.rule.name != rule.name), "{}", rule.name);
    }
}

#[test]
fn a_row_can_go_when_nothing_of_it_counts_any_more() {
    let rule = RULES.iter().find(|rule| rule.signal == Signal::Hasty).unwrap();
    let (conduct, _) = deliver(&[as_many_as(rule, 1)], NOON);
    assert_eq!(conduct.expires_at(), NOON + rule.within + NOTICED_LATE);
    assert!(conduct.note(&as_many_as(rule, 2), conduct.expires_at()).is_none());
}

#[test]
fn only_a_slower_pace_follows_for_a_device() {
    for rule in &RULES {
        match (rule.signal, rule.consequence) {
            (Signal::SignedIn, Consequence::Slow(_)) => {}
            (Signal::SignedIn, Consequence::Warn(_) | Consequence::Refer(_)) => panic!("{}: nobody to tell", rule.name),
            (Signal::Skipped | Signal::Reported | Signal::Hasty | Signal::Link, _) => {}
        }
    }
    let mark = DeviceMark::of(&DeviceId::parse("D").unwrap(), NOON);
    let device = Conduct::unknown(Subject::Device(mark), NOON);
    let crowd: Vec<Observation> = (0..60).map(|n| observation(Signal::SignedIn, n, n, NOON)).collect();
    let (slowed, fired) = device.note(&crowd, NOON).unwrap();
    assert_eq!(fired.len(), 1);
    assert!(slowed.is_slowed(NOON) && !slowed.is_slowed(NOON + SpanMs::seconds(24 * 3600)));
}

#[test]
fn whatever_comes_true_nobody_is_banned() {
    let newcomer = Newcomer::default();
    let (user, device) = (UserId::parse("Ada").unwrap(), DeviceId::parse("D").unwrap());
    let profile = Profile::guest(user.clone(), device.clone(), newcomer, &Token::derived(&["x"]), NOON).unwrap();
    let live = User::arriving(user, profile.card(), device, NOON);
    let session = SessionId::parse("S").unwrap();
    let all: Vec<Observation> = RULES.iter().flat_map(|rule| as_many_as(rule, rule.many)).collect();
    let (conduct, fired) = deliver(&[all], NOON);
    assert_eq!(fired.len(), RULES.len(), "all at once");
    let noted = Noted { profile: &profile, live: Some(&live), session: &session, conduct: &conduct };
    let decision = decide::follow(noted, &fired, NOON);
    let (mut queued, mut warned) = (0, 0);
    for change in &decision.changes {
        let Write::Put(row) = &change.write else { panic!("{:?} is taken away", change.key()) };
        assert!(!matches!(row.key(), Key::Bar(_) | Key::Profile(_)), "{:?}", row.key());
        if let Row::Sanction(sanction) = &**row {
            assert_eq!((sanction.measure, sanction.holds(NOON)), (Measure::Warn, false));
            warned += 1;
        } else if let Row::User(next) = &**row {
            assert_eq!(next.standing, live.standing);
            assert_eq!(next.next_cool_down(NOON), SLOWED_COOL_DOWN);
            assert!(next.next_cool_down(NOON + SpanMs::seconds(24 * 3600)) < SLOWED_COOL_DOWN);
            assert_eq!(User { slowed_until: None, version: live.version, ..next.clone() }, live, "and nothing else");
        } else if let Row::Report(report) = &**row {
            assert!(report.reporter.is_none() && matches!(report.evidence, Evidence::Noticed(_)));
            assert!(report.ruling.as_ref().is_none_or(|ruling| ruling.by.is_none()));
        } else if let Row::Listing(listing) = &**row {
            queued += usize::from(matches!(listing.shelf, Shelf::Open | Shelf::Urgent));
        } else {
            panic!("{:?} is none of it", row.key());
        }
    }
    assert_eq!((queued, warned), (3, 2));
    let keys: BTreeSet<Key> = decision.changes.iter().map(domain::row::Change::key).collect();
    assert_eq!(keys.len(), decision.changes.len(), "no row is written twice in one transaction");
}

#[test]
fn links_are_counted_and_what_people_write_is_none() {
    let links = |text: &str| Message::parse(text.to_owned()).unwrap().links();
    for (text, number) in [
        ("look: https://example.dev/a?b=c and http://example.ru", 2),
        ("www.example.museum!", 0),
        ("www.example.museum", 1),
        ("(t.me/somebody)", 1),
        ("Buy at CHEAP-STUFF.COM, now", 1),
        ("https://", 0),
    ] {
        assert_eq!(links(text), number, "{text}");
    }
    for plain in [
        "hello there",
        "no way.really?",
        "it is 3.14 or 12.30.45",
        "...",
        "my mail is ada@example.org",
        "e.g. this",
        "Mr.Smith went home.I did not",
        "ftp://example.com",
        ":-)",
        "wow.",
    ] {
        assert_eq!(links(plain), 0, "{plain}");
    }
}
