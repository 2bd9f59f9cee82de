//! Who may meet whom: sentences, then laws.
#![cfg(test)]

use domain::id::UserId;
use domain::matching::{STEPS, Seeker, WIDEST, may_meet, required_wait, score};
use domain::profile::{Language, Mode, Region, Tags, Wish};
use domain::time::{SpanMs, TimeMs};
use domain::user::Met;
use proptest::prelude::*;

const NOW: TimeMs = TimeMs(1_000_000_000);

fn wish(tags: &[&str], language: Option<&str>, region: Option<&str>) -> Wish {
    Wish {
        tags: Tags::parse(tags).unwrap(),
        language: language.map(|text| Language::parse(text).unwrap()),
        second_language: None,
        region: region.map(|text| Region::parse(text).unwrap()),
        mode: Mode::Video,
    }
}

fn wait_of(a: &Wish, b: &Wish) -> Option<u64> {
    let (ada, bob) = (UserId::parse("ada").unwrap(), UserId::parse("bob").unwrap());
    let a = Seeker { user: &ada, wish: a, since: NOW, met: &[], blocked: &[], reported: &[] };
    let b = Seeker { user: &bob, wish: b, since: NOW, met: &[], blocked: &[], reported: &[] };
    required_wait(a, b, NOW).map(|span| span.0 / 1000)
}

#[test]
fn a_common_tag_and_language_meet_at_once() {
    assert_eq!(wait_of(&wish(&["a", "b"], Some("en"), None), &wish(&["b"], Some("en"), Some("eu"))), Some(0));
    assert_eq!(wait_of(&wish(&["a"], None, None), &wish(&["a"], Some("fr"), None)), Some(0), "absent matches any");
}

#[test]
fn the_same_language_without_a_common_tag_meets_after_three_seconds() {
    assert_eq!(wait_of(&wish(&["a"], Some("en"), None), &wish(&["b"], Some("en"), None)), Some(3));
}

#[test]
fn another_region_meets_after_six_seconds() {
    assert_eq!(wait_of(&wish(&["a"], Some("en"), Some("eu")), &wish(&["a"], Some("en"), Some("us"))), Some(6));
}

#[test]
fn another_language_meets_after_ten_seconds() {
    assert_eq!(wait_of(&wish(&["a"], Some("en"), None), &wish(&["a"], Some("fr"), None)), Some(10));
}

#[test]
fn a_second_language_helps_after_six_seconds() {
    let french = Wish { second_language: Some(Language::parse("en").unwrap()), ..wish(&["a"], Some("fr"), None) };
    assert_eq!(wait_of(&wish(&["a"], Some("en"), None), &french), Some(6));
}

#[test]
fn people_without_tags_meet_each_other_at_once_and_others_last() {
    assert_eq!(wait_of(&wish(&[], None, None), &wish(&[], None, None)), Some(0));
    assert_eq!(wait_of(&wish(&[], None, None), &wish(&["a"], None, None)), Some(10));
}

#[test]
fn modes_never_mix() {
    let text = Wish { mode: Mode::Text, ..wish(&["a"], None, None) };
    assert_eq!(wait_of(&text, &wish(&["a"], None, None)), None);
}

fn tag_lists() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-d]", 0..4)
}

prop_compose! {
    fn wishes()(
        tags in tag_lists(),
        languages in prop::array::uniform2(prop::option::of("en|fr|de")),
        region in prop::option::of("eu|us"),
        mode in prop::sample::select(vec![Mode::Video, Mode::Audio]),
    ) -> Wish {
        let [language, second] = languages.map(|text| text.map(|text| Language::parse(&text).unwrap()));
        let region = region.map(|text| Region::parse(&text).unwrap());
        Wish { tags: Tags::parse(&tags).unwrap(), language, second_language: second, region, mode }
    }
}

proptest! {
    #[test]
    fn meeting_is_mutual_and_never_with_oneself(
        (a, b) in (wishes(), wishes()),
        ids in ("[ab]", "[ab]"),
        waits in (0_u64..15_000, 0_u64..15_000),
        met in prop::option::of(0_u64..700_000),
    ) {
        let (ada, bob) = (UserId::parse(&ids.0).unwrap(), UserId::parse(&ids.1).unwrap());
        let met: Vec<Met> = met.map(|ago| Met { user: bob.clone(), at: TimeMs(NOW.0 - ago), skipped: false }).into_iter().collect();
        let a = Seeker { user: &ada, wish: &a, since: TimeMs(NOW.0 - waits.0), met: &met, blocked: &[], reported: &[] };
        let b = Seeker { user: &bob, wish: &b, since: TimeMs(NOW.0 - waits.1), met: &[], blocked: &[], reported: &[] };
        prop_assert_eq!(may_meet(a, b, NOW), may_meet(b, a, NOW));
        prop_assert_eq!(required_wait(a, b, NOW), required_wait(b, a, NOW));
        if ada == bob {
            prop_assert!(!may_meet(a, b, NOW));
        }
    }

    #[test]
    fn whoever_may_meet_at_all_meets_after_the_widest_step(a in wishes(), b in wishes(), ago in 0_u64..700_000) {
        let (ada, bob) = (UserId::parse("a").unwrap(), UserId::parse("b").unwrap());
        let met = [Met { user: bob.clone(), at: TimeMs(NOW.0 - ago), skipped: false }];
        let waiting = Seeker { user: &ada, wish: &a, since: NOW - WIDEST, met: &met, blocked: &[], reported: &[] };
        let other = Seeker { user: &bob, wish: &b, since: NOW, met: &[], blocked: &[], reported: &[] };
        prop_assert_eq!(may_meet(waiting, other, NOW), a.mode == b.mode);
    }

    #[test]
    fn a_meeting_fades(ago in 0_u64..600_000, later in 1_u64..600_000) {
        let wish = wish(&["x"], None, None);
        let (ada, bob) = (UserId::parse("a").unwrap(), UserId::parse("b").unwrap());
        let required = |ago: u64| {
            let met = [Met { user: bob.clone(), at: TimeMs(NOW.0 - ago), skipped: false }];
            let a = Seeker { user: &ada, wish: &wish, since: NOW, met: &met, blocked: &[], reported: &[] };
            let b = Seeker { user: &bob, wish: &wish, since: NOW, met: &[], blocked: &[], reported: &[] };
            required_wait(a, b, NOW).unwrap()
        };
        prop_assert!(required(ago + later) <= required(ago));
        prop_assert!(required(600_000) == SpanMs(0));
    }

    #[test]
    fn more_in_common_is_better_and_a_longer_wait_decides_among_equals(waits in (0_u64..9_000, 0_u64..9_000)) {
        let me = wish(&["a", "b"], Some("en"), None);
        let (i, one, two) = (UserId::parse("i").unwrap(), UserId::parse("one").unwrap(), UserId::parse("two").unwrap());
        let seeker = Seeker { user: &i, wish: &me, since: NOW, met: &[], blocked: &[], reported: &[] };
        let both = wish(&["a", "b"], None, None);
        let single = wish(&["a"], Some("en"), None);
        let of = |user, wish, wait: u64| {
            score(seeker, Seeker { user, wish, since: TimeMs(NOW.0 - wait), met: &[], blocked: &[], reported: &[] }, NOW)
        };
        prop_assert!(of(&one, &both, waits.0) > of(&two, &single, waits.1));
        prop_assert_eq!(of(&one, &both, waits.0).cmp(&of(&two, &both, waits.1)), waits.0.cmp(&waits.1));
    }
}

#[test]
fn the_steps_only_ever_relax() {
    assert!(STEPS.windows(2).all(|pair| pair[0].after < pair[1].after));
}
