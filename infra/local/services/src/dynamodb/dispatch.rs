//! One call of the DynamoDB JSON protocol, from its target and body to status and body.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::REGION;

/// The region that the engine writes into ARNs.
const ENGINE_REGION: &str = "dynoxide";
const OPERATIONS_WITH_ARNS: [&str; 11] = [
    "CreateTable",
    "DeleteTable",
    "DescribeTable",
    "UpdateTable",
    "ListStreams",
    "DescribeStream",
    "GetShardIterator",
    "GetRecords",
    "TagResource",
    "UntagResource",
    "ListTagsOfResource",
];

/// An answer as it goes over the wire.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Carries out one call on the calling thread.
pub(super) fn run(database: &Database, operation: &str, body: &[u8]) -> Answer {
    let has_arns = OPERATIONS_WITH_ARNS.contains(&operation);
    let outcome =
        std::str::from_utf8(body).map_err(|_| DynoxideError::SerializationException(String::new())).and_then(|body| {
            if has_arns { call(database, operation, &as_engine(body)) } else { call(database, operation, body) }
        });
    match outcome {
        Ok(body) => Answer { status: 200, body: if has_arns { as_aws(&body) } else { body } },
        Err(error) => {
            let error = worded_for(operation, error);
            Answer { status: error.status_code(), body: error.to_json() }
        }
    }
}

macro_rules! operations {
    ($($name:literal => $method:ident),+ $(,)?) => {
        fn call(database: &Database, operation: &str, body: &str) -> dynoxide::Result<String> {
            match operation {
                $($name => written(&database.$method(read(body)?)?),)+
                _ => Err(DynoxideError::UnsupportedCapability(operation.to_owned())),
            }
        }

        /// Whether the engine has an operation of that name.
        pub(super) fn knows(operation: &str) -> bool {
            [$($name),+].contains(&operation)
        }
    };
}

operations! {
    "BatchExecuteStatement" => batch_execute_statement,
    "BatchGetItem" => batch_get_item,
    "BatchWriteItem" => batch_write_item,
    "CreateTable" => create_table,
    "DeleteItem" => delete_item,
    "DeleteTable" => delete_table,
    "DescribeStream" => describe_stream,
    "DescribeTable" => describe_table,
    "DescribeTimeToLive" => describe_time_to_live,
    "ExecuteStatement" => execute_statement,
    "ExecuteTransaction" => execute_transaction,
    "GetItem" => get_item,
    "GetRecords" => get_records,
    "GetShardIterator" => get_shard_iterator,
    "ListStreams" => list_streams,
    "ListTables" => list_tables,
    "ListTagsOfResource" => list_tags_of_resource,
    "PutItem" => put_item,
    "Query" => query,
    "Scan" => scan,
    "TagResource" => tag_resource,
    "TransactGetItems" => transact_get_items,
    "TransactWriteItems" => transact_write_items,
    "UntagResource" => untag_resource,
    "UpdateItem" => update_item,
    "UpdateTable" => update_table,
    "UpdateTimeToLive" => update_time_to_live,
}

/// The engine's request types refuse a value by an error text that begins with the error's class.
fn read<T: DeserializeOwned>(body: &str) -> dynoxide::Result<T> {
    serde_json::from_str(body).map_err(|error| {
        let text = error.to_string();
        let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
        match words.split_once(':') {
            Some(("VALIDATION" | "VALIDATION_AS_READ", rest)) => DynoxideError::ValidationException(rest.to_owned()),
            Some(("VALIDATION_REQUEST", rest)) => DynoxideError::EnvelopedValidation(rest.to_owned()),
            Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", rest)) => {
                DynoxideError::SerializationException(rest.to_owned())
            }
            _ if error.is_data() && !words.starts_with("invalid type") => {
                DynoxideError::ValidationException(words.to_owned())
            }
            _ => DynoxideError::SerializationException(words.to_owned()),
        }
    })
}

fn written<T: Serialize>(answer: &T) -> dynoxide::Result<String> {
    serde_json::to_string(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Three operations put the words of a refused value into an envelope.
fn worded_for(operation: &str, error: DynoxideError) -> DynoxideError {
    const ENVELOPE: &str = "1 validation error detected: ";
    if let DynoxideError::EnvelopedValidation(words) = &error
        && ["PutItem", "UpdateItem", "DeleteItem"].contains(&operation)
        && !words.starts_with(ENVELOPE)
    {
        return DynoxideError::ValidationException(format!("{ENVELOPE}{words}"));
    }
    error
}

fn as_aws(body: &str) -> String {
    body.replace(&format!("arn:aws:dynamodb:{ENGINE_REGION}:"), &format!("arn:aws:dynamodb:{REGION}:"))
        .replace(&format!("\"awsRegion\":\"{ENGINE_REGION}\""), &format!("\"awsRegion\":\"{REGION}\""))
}

fn as_engine(body: &str) -> String {
    body.replace(&format!("arn:aws:dynamodb:{REGION}:"), &format!("arn:aws:dynamodb:{ENGINE_REGION}:"))
}
