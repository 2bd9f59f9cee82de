//! One call of the DynamoDB JSON protocol, from its target and body to status and body.

use dynoxide::actions::{delete_item, get_item, put_item, query, transact_write_items, update_item};
use dynoxide::types::ConsumedCapacity;
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

/// An answer as it goes over the wire, and what the call has consumed.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) units: Units,
}

/// Request units of one call ("DynamoDB read and write operations").
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Units {
    pub(super) read: f64,
    pub(super) write: f64,
}

/// Carries out one call on the calling thread.
pub(super) fn run(database: &Database, operation: &str, body: &[u8]) -> Answer {
    let has_arns = OPERATIONS_WITH_ARNS.contains(&operation);
    let mut units = Units::default();
    let outcome =
        std::str::from_utf8(body).map_err(|_| DynoxideError::SerializationException(String::new())).and_then(|body| {
            match metered(database, operation, body, &mut units) {
                Some(outcome) => outcome,
                None if has_arns => call(database, operation, &as_engine(body)),
                None => call(database, operation, body),
            }
        });
    match outcome {
        Ok(body) => Answer { status: 200, body: if has_arns { as_aws(&body) } else { body }, units },
        Err(error) => {
            let error = worded_for(operation, error);
            Answer { status: error.status_code(), body: error.to_json(), units }
        }
    }
}

/// Carries out one of the operations whose units are counted; the engine tells them when it is asked to.
macro_rules! counted {
    ($database:expr, $method:ident, $request:ty, $body:expr, $units:expr, $least:expr) => {{
        let mut request: $request = match read($body) {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let asked = request.return_consumed_capacity.is_some();
        request.return_consumed_capacity.get_or_insert_with(|| "TOTAL".to_owned());
        // A write that a condition refuses is billed all the same, by the least there is.
        let least: f64 = $least(&request);
        $database.$method(request).inspect_err(|_| *$units = least).and_then(|mut answer| {
            *$units = answer.consumed_capacity.as_slice().iter().flat_map(Capacity::units).sum();
            if !asked {
                answer.consumed_capacity = None;
            }
            written(&answer)
        })
    }};
}

/// One table's capacity, or that of several.
trait Capacity {
    fn units(&self) -> Vec<f64>;
}

impl Capacity for ConsumedCapacity {
    fn units(&self) -> Vec<f64> {
        vec![self.capacity_units]
    }
}

impl Capacity for Vec<ConsumedCapacity> {
    fn units(&self) -> Vec<f64> {
        self.iter().map(|table| table.capacity_units).collect()
    }
}

fn metered(database: &Database, operation: &str, body: &str, units: &mut Units) -> Option<dynoxide::Result<String>> {
    let Units { read: reads, write: writes } = units;
    Some(match operation {
        "GetItem" => counted!(database, get_item, get_item::GetItemRequest, body, reads, |_| 0.0),
        "Query" => counted!(database, query, query::QueryRequest, body, reads, |_| 0.0),
        "PutItem" => counted!(database, put_item, put_item::PutItemRequest, body, writes, |_| 1.0),
        "DeleteItem" => counted!(database, delete_item, delete_item::DeleteItemRequest, body, writes, |_| 1.0),
        "UpdateItem" => counted!(database, update_item, update_item::UpdateItemRequest, body, writes, |_| 1.0),
        "TransactWriteItems" => {
            let least = |request: &transact_write_items::TransactWriteItemsRequest| {
                u32::try_from(request.transact_items.len()).map_or(0.0, |rows| 2.0 * f64::from(rows))
            };
            counted!(
                database,
                transact_write_items,
                transact_write_items::TransactWriteItemsRequest,
                body,
                writes,
                least
            )
        }
        _ => return None,
    })
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
