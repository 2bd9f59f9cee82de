//! What is wrong with JSON that does not follow the contract, without a word of what was sent: it may be a secret in the
//! wrong place, and answers are shown, copied and kept.

use domain::refusal::{Code, Refusal};

/// How serde begins what goes on to quote the input.
const QUOTING: [&str; 5] = ["invalid type", "invalid value", "invalid length", "unknown field", "unknown variant"];
/// How it ends where nothing would have been right.
const NOTHING_EXPECTED: [&str; 2] = ["there are no fields", "there are no variants"];
const CHARS_MAX: usize = 160;

/// The refusal of a request or a frame that cannot be read.
pub(crate) fn refusal(what: &str, error: &serde_json::Error) -> Refusal {
    let text: String = words(error).chars().take(CHARS_MAX).collect();
    Refusal::new(Code::InvalidRequest, format!("The {what} does not follow the contract: {text}."))
}

/// serde's words: what kind of fault, what was expected, and where.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let Some(kind) = QUOTING.iter().find(|kind| text.starts_with(*kind)) else { return text };
    let place = format!(" at line {} column {}", error.line(), error.column());
    let said = text.strip_suffix(&place).unwrap_or(&text);
    // What was sent may hold these words as well; serde's own come last.
    match said.rsplit_once(", expected ") {
        Some((_, expected)) if !NOTHING_EXPECTED.iter().any(|nothing| said.ends_with(nothing)) => {
            format!("{kind}, expected {expected}{place}")
        }
        Some(_) | None => format!("{kind}{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::wire::{Empty, JoinQueue};
    use crate::rest::{AnswerFriendRequest, ProfileRequest};

    fn told<T: serde::de::DeserializeOwned>(json: &str) -> String {
        words(&serde_json::from_str::<T>(json).err().expect("it is wrong"))
    }

    #[test]
    fn a_fault_names_what_was_expected_and_where_and_never_what_was_sent() {
        for (told, expected) in [
            (told::<ProfileRequest>(r#"{"hideIp":"canary"}"#), "invalid type, expected a boolean at line 1 column 18"),
            (
                told::<AnswerFriendRequest>(r#"{"action":"canary"}"#),
                "unknown variant, expected `accept` or `reject` at line 1 column 18",
            ),
            (
                told::<JoinQueue>(r#"{"mode":{"canary":1}}"#),
                "unknown variant, expected one of `video`, `audio`, `text`",
            ),
            (
                told::<ProfileRequest>(r#"{"canary":1}"#),
                "unknown field, expected one of `nickname`, `tags`, `language`",
            ),
            (told::<Empty>(r#"{"canary":1}"#), "unknown field at line 1 column 9"),
            (told::<Empty>(r#"{"a, expected canary":1}"#), "unknown field at line 1 column 21"),
            (told::<ProfileRequest>(r#"{"tags":["a",-7]}"#), "invalid type, expected a string at line 1 column 15"),
            (told::<AnswerFriendRequest>("{}"), "missing field `requestId`"),
            (told::<Empty>("canary"), "expected value at line 1 column 1"),
        ] {
            assert!(told.starts_with(expected), "{told:?} is not {expected:?}");
            assert!(!told.contains("canary") && !told.contains("-7"), "{told:?}");
        }
    }
}
