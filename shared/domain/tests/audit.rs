//! The moderators' book: nothing in it can be changed, taken out or put elsewhere without breaking it at that line.
#![cfg(test)]

use domain::audit::{AuditLine, Deed, Entry};
use domain::id::{SecretHash, Token};
use domain::time::{SpanMs, TimeMs};
use proptest::prelude::*;

/// How many ways there are to change one line.
const WAYS: usize = 9;

fn token(name: u8) -> Token {
    Token::derived(&["book", &name.to_string()])
}

fn entries() -> impl Strategy<Value = Entry> {
    let deed = prop::sample::select(Deed::ALL.to_vec());
    let some = || prop::option::of(0_u8..4);
    (deed, some(), 0_u8..4, some(), some(), some()).prop_map(|(deed, by, about, report, until, note)| Entry {
        deed,
        by: by.map(|by| token(by).into()),
        about: token(about).into(),
        report: report.map(|report| token(report).into()),
        until: until.map(|until| TimeMs(until.into())),
        note: note.map(|note| SecretHash::of(token(note).as_str())),
    })
}

fn written(entries: Vec<Entry>) -> Vec<AuditLine> {
    entries.into_iter().enumerate().fold(Vec::new(), |mut book, (minute, entry)| {
        book.push(AuditLine::after(book.last(), entry, TimeMs(60_000 * u64::try_from(minute).unwrap())));
        book
    })
}

/// The first line that does not follow the one before.
fn breaks_at(book: &[AuditLine]) -> Option<usize> {
    (0..book.len()).find(|&at| !book[at].follows(at.checked_sub(1).map(|before| &book[before])))
}

fn other<T: Clone>(value: Option<&T>, different: T) -> Option<T> {
    if value.is_some() { None } else { Some(different) }
}

fn tampered(line: &AuditLine, way: usize) -> AuditLine {
    let entry = line.entry.clone();
    let hash = SecretHash::of("something else");
    let entry = match way {
        0 => return AuditLine { n: line.n + 1, ..line.clone() },
        1 => return AuditLine { at: line.at + SpanMs(1), ..line.clone() },
        2 => return AuditLine { previous: hash, ..line.clone() },
        3 => return AuditLine { hash, ..line.clone() },
        4 => Entry { deed: *Deed::ALL.iter().find(|deed| **deed != entry.deed).unwrap(), ..entry },
        5 => Entry { by: other(entry.by.as_ref(), token(9).into()), ..entry },
        6 => Entry { about: token(9).into(), ..entry },
        7 => Entry { report: other(entry.report.as_ref(), token(9).into()), ..entry },
        8 => Entry { until: other(entry.until.as_ref(), TimeMs(9)), ..entry },
        _ => Entry { note: other(entry.note.as_ref(), hash), ..entry },
    };
    AuditLine { entry, ..line.clone() }
}

proptest! {
    #[test]
    fn any_change_of_any_field_of_any_line_is_found(
        entries in prop::collection::vec(entries(), 1..12),
        at in any::<prop::sample::Index>(),
        way in 0..=WAYS,
    ) {
        let mut book = written(entries);
        prop_assert_eq!(breaks_at(&book), None);
        let at = at.index(book.len());
        book[at] = tampered(&book[at], way);
        prop_assert_eq!(breaks_at(&book), Some(at));
    }

    #[test]
    fn who_reckons_the_hash_anew_is_found_at_the_next_line(
        entries in prop::collection::vec(entries(), 2..12),
        at in any::<prop::sample::Index>(),
        way in 4..=WAYS,
    ) {
        let mut book = written(entries);
        let at = at.index(book.len() - 1);
        let forged = tampered(&book[at], way);
        book[at] = AuditLine::after(at.checked_sub(1).map(|before| &book[before]), forged.entry, forged.at);
        prop_assert_eq!(breaks_at(&book), Some(at + 1));
    }

    #[test]
    fn a_line_that_is_missing_or_stands_elsewhere_is_found(
        entries in prop::collection::vec(entries(), 2..12),
        at in any::<prop::sample::Index>(),
    ) {
        let book = written(entries);
        let at = at.index(book.len() - 1);
        let mut without = book.clone();
        without.remove(at);
        prop_assert_eq!(breaks_at(&without), Some(at));
        let mut swapped = book;
        swapped.swap(at, at + 1);
        prop_assert_eq!(breaks_at(&swapped), Some(at));
    }
}
