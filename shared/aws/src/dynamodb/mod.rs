//! Rows in two DynamoDB tables: `live` for what exists while someone is online, `ledger` for what must not be lost.

mod commit;
mod item;
mod key;
mod rows;
mod size;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::AuditLine;
use domain::channel::Channel;
use domain::directory::{Entry, Folded};
use domain::friend::Invitation;
use domain::id::{AddressId, SessionId, UserId};
use domain::queue::{Bucket, Peek};
use domain::report::{Listing, Mark, Shelf};
use domain::row::{Belonging, Change, Key, Row};
use domain::session::Role;
use domain::speech::ChatLine;
use domain::tally::Tally;
use domain::time::TimeMs;
use futures_util::future::try_join_all;
use ports::{Commit, Consistency, Error, Limit, Store};

use crate::Aws;
use crate::clients::failure;
use item::Item;
use key::Table;

pub use key::place;
pub use size::item_bytes;

const PORT: &str = "store";
/// The index that orders channels by when they become free.
const FREE_INDEX: &str = "free";

impl Store for Aws {
    async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Row>, Error> {
        let (pk, sk) = key::place(key, self.place.queue_shards);
        let got =
            self.dynamodb().get_item().table_name(self.table(key)).consistent_read(consistency == Consistency::Strong);
        let got = got.key("pk", AttributeValue::S(pk)).key("sk", AttributeValue::S(sk)).send().await;
        let item = got.map_err(|error| failure(PORT, &error))?.item;
        item.map(|item| rows::read(key, &item)).transpose()
    }

    async fn peek(&self, bucket: &Bucket, limit: usize, consistency: Consistency) -> Result<Peek, Error> {
        let shards = self.place.queue_shards.max(1);
        let read = async |shard| {
            let partition = key::bucket_partition(bucket, shard, shards);
            let items = self.partition(live(partition, ""), limit + 1, true, consistency).await?;
            rows::read_peek(bucket, &items, limit)
        };
        let peeks = try_join_all((0..shards).map(read)).await?;
        let mut peek = Peek { bucket: bucket.clone(), waits: None, hints: Vec::new() };
        for Peek { waits, hints, .. } in peeks {
            peek.waits = peek.waits.or(waits);
            peek.hints.extend(hints);
        }
        peek.hints.sort_by(|a, b| (a.since, &a.ticket).cmp(&(b.since, &b.ticket)));
        peek.hints.truncate(limit);
        Ok(peek)
    }

    async fn chat(&self, session: &SessionId, limit: usize) -> Result<Vec<ChatLine>, Error> {
        let mut lines = Vec::new();
        for role in Role::BOTH {
            let (partition, prefix) = (key::session_partition(session), key::chat_prefix(role));
            let mut items = self.partition(live(partition, prefix), limit, false, Consistency::Strong).await?;
            items.reverse();
            for item in &items {
                lines.push(rows::read_chat_line(session, item)?);
            }
        }
        lines.sort_by_key(|line| line.sent_at);
        Ok(lines)
    }

    async fn free_channels(&self, now: TimeMs, limit: usize) -> Result<Vec<Channel>, Error> {
        self.channels(Some(now), Some(limit)).await
    }

    async fn pool(&self) -> Result<Vec<Channel>, Error> {
        self.channels(None, None).await
    }

    async fn belongings(&self, of: &UserId, kind: Belonging, limit: usize) -> Result<Vec<Row>, Error> {
        let (table, partition, prefix) = key::belongings(of, kind);
        let part = Part { table, partition, prefix: prefix.to_owned(), after: None };
        let items = self.partition(part, limit, false, Consistency::Strong).await?;
        items.iter().map(|item| rows::read_belonging(kind, item)).collect()
    }

    async fn invited(&self, address: &AddressId, limit: usize) -> Result<Vec<Invitation>, Error> {
        let (partition, prefix) = key::invited(address);
        let part = Part { table: Table::Ledger, partition, prefix: prefix.to_owned(), after: None };
        let items = self.partition(part, limit, true, Consistency::Strong).await?;
        items.iter().map(rows::read_invitation).collect()
    }

    async fn entries(&self, sought: &Folded, limit: usize) -> Result<Vec<Entry>, Error> {
        let (table, partition) = (Table::Ledger, key::directory_partition(sought));
        let part = Part { table, partition, prefix: sought.as_str().to_owned(), after: None };
        let items = self.partition(part, limit, true, Consistency::Eventual).await?;
        items.iter().map(rows::read_entry).collect()
    }

    async fn listings(&self, shelf: &Shelf, limit: usize) -> Result<Vec<Listing>, Error> {
        let (partition, prefix) = key::listings(shelf);
        let part = Part { table: Table::Ledger, partition, prefix: prefix.to_owned(), after: None };
        let items = self.partition(part, limit, shelf.waits(), Consistency::Strong).await?;
        items.iter().map(|item| rows::read_listing(shelf, item)).collect()
    }

    async fn newest(&self, shelf: &Shelf, before: Option<&Mark>, limit: usize) -> Result<Vec<Listing>, Error> {
        let (partition, prefix) = key::listings(shelf);
        let place = |mark: &Mark| Key::Listing { shelf: shelf.clone(), at: mark.at, report: mark.report.clone() };
        let part = Part { table: Table::Ledger, partition, prefix: prefix.to_owned(), after: before.map(place) };
        let items = self.partition(part, limit, false, Consistency::Strong).await?;
        items.iter().map(|item| rows::read_listing(shelf, item)).collect()
    }

    async fn audit(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditLine>, Error> {
        let (partition, after) = (key::AUDIT.into(), before.map(Key::AuditLine));
        let part = Part { table: Table::Ledger, partition, prefix: String::new(), after };
        let items = self.partition(part, limit, false, Consistency::Strong).await?;
        items.iter().map(rows::read_audit_line).collect()
    }

    async fn tallies(&self, limit: usize) -> Result<Vec<Tally>, Error> {
        let items = self.partition(live(key::TALLIES.to_owned(), ""), limit, true, Consistency::Eventual).await?;
        items.iter().map(rows::read_tally).collect()
    }

    async fn commit(&self, changes: &[Change]) -> Result<Commit, Error> {
        match changes {
            [] => Ok(Commit::Committed),
            [change] => self.commit_one(change).await,
            changes => self.commit_all(changes).await,
        }
    }

    async fn admit(&self, limit: &Limit) -> Result<bool, Error> {
        use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
        // The first count has nothing to compare with.
        let Some(room) = limit.max.checked_sub(limit.units) else { return Ok(false) };
        let counted = self
            .dynamodb()
            .update_item()
            .table_name(&self.place.live_table)
            .key("pk", AttributeValue::S(format!("LIMIT#{}", limit.key)))
            .key("sk", AttributeValue::S("COUNT".into()))
            .update_expression("ADD #count :units SET #ttl = :ttl")
            .condition_expression("attribute_not_exists(#count) OR #count <= :room")
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":units", number(limit.units.into()))
            .expression_attribute_values(":room", number(room.into()))
            .expression_attribute_values(":ttl", number(limit.expires_at.unix_seconds_up()))
            .send()
            .await;
        match counted {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) =>
            {
                Ok(false)
            }
            Err(error) => Err(failure(PORT, &error)),
        }
    }
}

impl Aws {
    fn table(&self, key: &Key) -> &str {
        self.table_name(key::table(key))
    }

    fn table_name(&self, table: Table) -> &str {
        match table {
            Table::Live => &self.place.live_table,
            Table::Ledger => &self.place.ledger_table,
        }
    }

    /// At most `limit` items of one partition whose sort key begins with the prefix.
    async fn partition(
        &self,
        Part { table, partition, prefix, after }: Part,
        limit: usize,
        ascending: bool,
        consistency: Consistency,
    ) -> Result<Vec<Item>, Error> {
        let query = self.dynamodb().query().table_name(self.table_name(table));
        let query = query.consistent_read(consistency == Consistency::Strong);
        let query = query.scan_index_forward(ascending).limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let query = query.expression_attribute_values(":pk", AttributeValue::S(partition));
        let query = if prefix.is_empty() {
            query.key_condition_expression("pk = :pk")
        } else {
            let prefix = AttributeValue::S(prefix);
            query
                .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
                .expression_attribute_values(":sk", prefix)
        };
        let query = match after {
            Some(key) => {
                let (pk, sk) = key::place(&key, self.place.queue_shards);
                let query = query.exclusive_start_key("pk", AttributeValue::S(pk));
                query.exclusive_start_key("sk", AttributeValue::S(sk))
            }
            None => query,
        };
        let answer = query.send().await.map_err(|error| failure(PORT, &error))?;
        Ok(answer.items.unwrap_or_default())
    }

    async fn channels(&self, free_by: Option<TimeMs>, limit: Option<usize>) -> Result<Vec<Channel>, Error> {
        let mut channels = Vec::new();
        let mut start = None;
        loop {
            let query = self.dynamodb().query().table_name(&self.place.live_table).index_name(FREE_INDEX);
            let query = query.expression_attribute_values(":pool", AttributeValue::S(key::POOL.into()));
            let query = match free_by {
                None => query.key_condition_expression("free_pk = :pool"),
                Some(now) => query
                    .key_condition_expression("free_pk = :pool AND free_at <= :now")
                    .expression_attribute_values(":now", number(now.0)),
            };
            let query = query.set_limit(limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)));
            let page = query.set_exclusive_start_key(start).send().await.map_err(|error| failure(PORT, &error))?;
            for item in page.items() {
                channels.push(rows::read_channel(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || limit.is_some() {
                return Ok(channels);
            }
        }
    }
}

/// Part of a partition: the items whose sort keys begin with the prefix, from a key on, whether it is there or not.
struct Part {
    table: Table,
    partition: String,
    prefix: String,
    after: Option<Key>,
}

fn live(partition: String, prefix: &str) -> Part {
    Part { table: Table::Live, partition, prefix: prefix.to_owned(), after: None }
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
