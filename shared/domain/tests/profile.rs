//! What people say of themselves, made canonical.
#![cfg(test)]

use domain::profile::{Nickname, ProfileError, Tag, Tags};
use proptest::prelude::*;

#[test]
fn a_tag_is_trimmed_composed_and_lower_case() {
    assert_eq!(Tag::parse("  Ｃhess  Club ").unwrap().as_str(), "chess club");
    assert_eq!(Tag::parse("Straße").unwrap().as_str(), "straße");
}

#[test]
fn limits_count_characters() {
    assert!(Tag::parse(&"ä".repeat(30)).is_ok());
    assert_eq!(Tag::parse(&"ä".repeat(31)), Err(ProfileError::Tag));
    assert_eq!(Tag::parse(" \u{0} "), Err(ProfileError::Tag));
    for unseen in ["\u{200b}\u{200b}", "\u{3164}", "\u{301}\u{301}", "\u{2800}"] {
        assert_eq!(Nickname::parse(unseen), Err(ProfileError::Nickname), "nothing to see in {unseen:?}");
    }
    assert!(Nickname::parse("👩‍🚀").is_ok());
    assert!(Nickname::parse(&"n".repeat(40)).is_ok());
    assert_eq!(Nickname::parse(&"n".repeat(41)), Err(ProfileError::Nickname));
}

#[test]
fn ten_tags_are_enough_and_the_same_one_counts_once() {
    let eleven: Vec<String> = (0..11).map(|n| format!("t{n}")).collect();
    assert_eq!(Tags::parse(&eleven), Err(ProfileError::TooManyTags));
    assert_eq!(Tags::parse(&["a", " A", "a "]).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn what_is_canonical_stays_as_it_is(text in "\\PC{0,40}") {
        if let Ok(tag) = Tag::parse(&text) {
            prop_assert_eq!(Tag::parse(tag.as_str()).unwrap(), tag);
        }
        if let Ok(name) = Nickname::parse(&text) {
            prop_assert_eq!(Nickname::parse(name.as_str()).unwrap(), name);
        }
    }
}
