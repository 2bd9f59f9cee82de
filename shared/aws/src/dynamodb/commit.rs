//! Changes as conditional writes: one alone as a plain write, several as one transaction.

use std::time::Duration;

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::row::{Change, Guard, Write};
use ports::{Ambient, Commit, Error};

use super::item::Item;
use super::{PORT, key, number, rows};
use crate::Aws;
use crate::clients::failure;

/// A transaction that is still in progress is asked after this often, so far apart.
const TRIES_IN_PROGRESS: usize = 10;
const IN_PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// A guard as DynamoDB takes it: the expression, its names and values.
struct Condition {
    expression: &'static str,
    names: Vec<(&'static str, &'static str)>,
    values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    fn of(guard: &Guard) -> Option<Self> {
        match guard {
            Guard::None => None,
            // TTL deletes late: an expired item is as good as none.
            Guard::Absent(now) => Some(Self {
                expression: "attribute_not_exists(pk) OR #ttl <= :now",
                names: vec![("#ttl", "ttl")],
                values: vec![(":now", number(now.0 / 1000))],
            }),
            Guard::Version(version) => {
                Some(Self { expression: "#v = :v", names: vec![("#v", "v")], values: vec![(":v", number(version.0))] })
            }
            Guard::InSession(session, now) => Some(Self {
                expression: "#session = :session AND #ttl > :now",
                names: vec![("#session", rows::SESSION), ("#ttl", "ttl")],
                values: vec![(":session", AttributeValue::S(session.to_string())), (":now", number(now.0 / 1000))],
            }),
        }
    }
}

/// A write under its guard; four builders of the SDK take it by the same names.
macro_rules! guarded {
    ($builder:expr, $guard:expr) => {
        match Condition::of(&$guard) {
            None => $builder,
            Some(condition) => {
                let mut builder = $builder.condition_expression(condition.expression);
                for (placeholder, name) in condition.names {
                    builder = builder.expression_attribute_names(placeholder, name);
                }
                for (placeholder, value) in condition.values {
                    builder = builder.expression_attribute_values(placeholder, value);
                }
                builder
            }
        }
    };
}

impl Aws {
    pub(super) async fn commit_one(&self, change: &Change) -> Result<Commit, Error> {
        match &change.write {
            Write::Put(row) => self.put(rows::write(row, self.place.queue_shards), change).await,
            Write::Delete(_) => self.delete(change).await,
            // Alone it could not be told from its repeat, for it adds: a transaction has a token.
            Write::Free(..) => self.commit_all(std::slice::from_ref(change)).await,
        }
    }

    /// The same `ClientRequestToken` goes with every try, so an answer that was lost is no conflict, and one that is
    /// still being worked on is asked for again.
    pub(super) async fn commit_all(&self, changes: &[Change]) -> Result<Commit, Error> {
        let items = changes.iter().map(|change| self.transact_item(change)).collect::<Result<Vec<_>, _>>()?;
        let token = self.token();
        for _ in 0..TRIES_IN_PROGRESS {
            let sent = self.dynamodb().transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = sent.client_request_token(token.as_str()).send().await else {
                return Ok(Commit::Committed);
            };
            match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    return judge(canceled.cancellation_reasons());
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
                    tokio::time::sleep(IN_PROGRESS_PAUSE).await;
                }
                _ => return Err(failure(PORT, &error)),
            }
        }
        Err(Error::Throttled { port: PORT })
    }

    async fn put(&self, item: Item, change: &Change) -> Result<Commit, Error> {
        let put = self.dynamodb().put_item().table_name(self.table(&change.key())).set_item(Some(item.clone()));
        let put = put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = guarded!(put, change.guard).send().await else { return Ok(Commit::Committed) };
        match error.as_service_error() {
            // What stands there is what we wanted to write: our own earlier try, whose answer was lost.
            Some(PutItemError::ConditionalCheckFailedException(failed)) if failed.item() == Some(&item) => {
                Ok(Commit::Committed)
            }
            Some(PutItemError::ConditionalCheckFailedException(_) | PutItemError::TransactionConflictException(_)) => {
                Ok(Commit::Conflict)
            }
            _ => Err(failure(PORT, &error)),
        }
    }

    async fn delete(&self, change: &Change) -> Result<Commit, Error> {
        let (pk, sk) = key::place(&change.key(), self.place.queue_shards);
        let delete = self.dynamodb().delete_item().table_name(self.table(&change.key()));
        let delete = delete.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk));
        let Err(error) = guarded!(delete, change.guard).send().await else { return Ok(Commit::Committed) };
        match error.as_service_error() {
            Some(
                DeleteItemError::ConditionalCheckFailedException(_) | DeleteItemError::TransactionConflictException(_),
            ) => Ok(Commit::Conflict),
            _ => Err(failure(PORT, &error)),
        }
    }

    fn transact_item(&self, change: &Change) -> Result<TransactWriteItem, Error> {
        let table = self.table(&change.key());
        let unbuildable =
            |error: aws_sdk_dynamodb::error::BuildError| Error::Failed { port: PORT, why: error.to_string() };
        let item = TransactWriteItem::builder();
        Ok(match &change.write {
            Write::Put(row) => {
                let put = Put::builder().table_name(table).set_item(Some(rows::write(row, self.place.queue_shards)));
                item.put(guarded!(put, change.guard).build().map_err(unbuildable)?).build()
            }
            Write::Delete(row) => {
                let (pk, sk) = key::place(row, self.place.queue_shards);
                let delete = Delete::builder().table_name(table);
                let delete = delete.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk));
                item.delete(guarded!(delete, change.guard).build().map_err(unbuildable)?).build()
            }
            Write::Free(_, at) => {
                let (pk, sk) = key::place(&change.key(), self.place.queue_shards);
                let update = Update::builder().table_name(table);
                let update = rows::free(update.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk)), *at);
                item.update(guarded!(update, change.guard).build().map_err(unbuildable)?).build()
            }
        })
    }
}

/// A transaction is cancelled whole: by a guard or another transaction (a lost race), or for want of throughput.
fn judge(reasons: &[CancellationReason]) -> Result<Commit, Error> {
    let codes = || reasons.iter().filter_map(CancellationReason::code);
    if codes().any(|code| code == "ConditionalCheckFailed" || code == "TransactionConflict") {
        return Ok(Commit::Conflict);
    }
    if codes().any(|code| code == "ThrottlingError" || code == "ProvisionedThroughputExceeded") {
        return Err(Error::Throttled { port: PORT });
    }
    let why = codes().find(|code| *code != "None").unwrap_or("cancelled").to_owned();
    Err(Error::Failed { port: PORT, why })
}
