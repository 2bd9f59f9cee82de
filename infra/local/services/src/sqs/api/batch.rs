//! What all batch requests share.

use std::collections::BTreeSet;

use local_wire::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ENTRIES_MAX;
use crate::request::without_nulls;

/// The entries of a batch request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entries<T> {
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
struct Entry<T> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    entry: T,
}

impl<T> Entries<T> {
    /// The entries with their ids: 1 to 10, all different, of the allowed letters.
    pub(super) fn checked(&self) -> Result<Vec<(&str, &T)>, Refusal> {
        let count = self.entries.len();
        let refused = |code, message: String| Err(Refusal::new(400, code, message));
        if count == 0 {
            return refused("EmptyBatchRequest", "There should be at least one entry in the request.".to_owned());
        }
        if count > ENTRIES_MAX {
            let message = format!("Maximum number of entries per request are {ENTRIES_MAX}. You have sent {count}.");
            return refused("TooManyEntriesInBatchRequest", message);
        }
        let fits = |id: &str| {
            (1..=80).contains(&id.len())
                && id.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        };
        if !self.entries.iter().all(|entry| fits(&entry.id)) {
            let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can \
                           be at most 80 letters long.";
            return refused("InvalidBatchEntryId", message.to_owned());
        }
        let distinct: BTreeSet<&str> = self.entries.iter().map(|entry| entry.id.as_str()).collect();
        if distinct.len() < count {
            return refused(
                "BatchEntryIdsNotDistinct",
                "Two or more batch entries in the request have the same Id.".to_owned(),
            );
        }
        Ok(self.entries.iter().map(|entry| (entry.id.as_str(), &entry.entry)).collect())
    }
}

/// The answer to one entry that was refused.
pub(super) fn failed(id: &str, refusal: &Refusal) -> Value {
    json!({"Id": id, "SenderFault": refusal.status < 500, "Code": refusal.code, "Message": refusal.message})
}

/// The answer to a batch; a list without entries is left out.
pub(super) fn outcome(successes: Vec<Value>, failures: Vec<Value>) -> Value {
    let some = |list: Vec<Value>| (!list.is_empty()).then_some(list);
    without_nulls(json!({"Successful": some(successes), "Failed": some(failures)}))
}
