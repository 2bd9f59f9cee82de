//! What a function says of its batch (`ReportBatchItemFailures`).

use serde_json::Value;

/// How a batch went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Report {
    /// All of it is done.
    Done,
    /// The items with these identifiers failed, the others are done.
    Failed(Vec<String>),
    /// Nothing counts as done.
    AllFailed,
}

/// Reads the answer of a function that was told to report item failures.
///
/// Done: `null`, `{}`, `batchItemFailures` null or empty. All failed: an identifier that is empty,
/// null or has another key ("Success and failure conditions" of the two pages), and, which the
/// pages leave open, an answer that is no JSON object.
pub(super) fn read(answer: &[u8]) -> Report {
    let answer: Value = match serde_json::from_slice(answer) {
        Ok(answer) => answer,
        Err(_) if answer.is_empty() => Value::Null,
        Err(_) => return Report::AllFailed,
    };
    let failures = match &answer {
        Value::Null => return Report::Done,
        Value::Object(members) => match members.get("batchItemFailures") {
            None | Some(Value::Null) => return Report::Done,
            Some(Value::Array(failures)) if failures.is_empty() => return Report::Done,
            Some(Value::Array(failures)) => failures,
            Some(_) => return Report::AllFailed,
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => return Report::AllFailed,
    };
    let identifier =
        |failure: &Value| failure["itemIdentifier"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    failures.iter().map(identifier).collect::<Option<Vec<String>>>().map_or(Report::AllFailed, Report::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_failures_means_that_all_is_done() {
        for answer in ["", "null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#] {
            assert_eq!(read(answer.as_bytes()), Report::Done, "{answer}");
        }
    }

    #[test]
    fn an_answer_that_names_no_item_means_that_nothing_is_done() {
        for answer in [
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"a"},{"bad":"b"}]}"#,
            r#"{"batchItemFailures":"a"}"#,
            r#""ok""#,
            "not json",
        ] {
            assert_eq!(read(answer.as_bytes()), Report::AllFailed, "{answer}");
        }
    }

    #[test]
    fn named_items_have_failed() {
        let answer = br#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}"#;
        assert_eq!(read(answer), Report::Failed(vec!["a".to_owned(), "b".to_owned()]));
    }
}
