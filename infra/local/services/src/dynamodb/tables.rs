//! Making the tables that a template declares.

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::{DynamoDb, dispatch};

/// Why a table cannot be made as declared.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// DynamoDB refuses the declaration.
    #[error("DynamoDB refuses the table {table}: {reason}")]
    Refused {
        /// The table's name, empty when the declaration has none.
        table: String,
        /// What it said.
        reason: String,
    },
    /// The data folder holds a table of that name with other keys or indexes.
    #[error("the data folder holds table {table} with another {difference}; start with an empty --data folder")]
    Changed {
        /// The table's name.
        table: String,
        /// The part that is not the same.
        difference: &'static str,
    },
    /// The storage failed.
    #[error("DynamoDB's storage failed: {0}")]
    Storage(String),
}

impl TableError {
    pub(super) fn from_engine(error: DynoxideError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl DynamoDb {
    /// Makes a table from a `CreateTable` request and turns on its TTL; a table that is there
    /// already with the same keys and indexes is left as it is.
    ///
    /// # Errors
    /// [`TableError`] when the declaration is refused or differs from the table that is there.
    pub fn create_table(&self, request: &Value, ttl_attribute: Option<&str>) -> Result<(), TableError> {
        let table = request["TableName"].as_str().unwrap_or_default();
        let described =
            dispatch::run(&self.database, "DescribeTable", json!({"TableName": table}).to_string().as_bytes());
        if described.status == 200 {
            same_table(table, request, &parsed(&described.body)["Table"])?;
        } else {
            self.run(table, "CreateTable", request)?;
        }
        match ttl_attribute {
            Some(attribute) => self.turn_on_ttl(table, attribute),
            None => Ok(()),
        }
    }

    fn turn_on_ttl(&self, table: &str, attribute: &str) -> Result<(), TableError> {
        let now = self.run(table, "DescribeTimeToLive", &json!({"TableName": table}))?;
        if now["TimeToLiveDescription"]["AttributeName"] == attribute {
            return Ok(());
        }
        let specification = json!({"AttributeName": attribute, "Enabled": true});
        let request = json!({"TableName": table, "TimeToLiveSpecification": specification});
        self.run(table, "UpdateTimeToLive", &request).map(|_| ())
    }

    fn run(&self, table: &str, operation: &str, request: &Value) -> Result<Value, TableError> {
        let answer = dispatch::run(&self.database, operation, request.to_string().as_bytes());
        let body = parsed(&answer.body);
        if answer.status == 200 {
            return Ok(body);
        }
        let reason = body["message"].as_str().or(body["Message"].as_str()).unwrap_or(&answer.body).to_owned();
        Err(TableError::Refused { table: table.to_owned(), reason })
    }
}

fn parsed(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}

fn same_table(table: &str, wanted: &Value, there: &Value) -> Result<(), TableError> {
    let changed = |difference| Err(TableError::Changed { table: table.to_owned(), difference });
    if wanted["KeySchema"] != there["KeySchema"] {
        return changed("key schema");
    }
    if keys_of_indexes(&wanted["GlobalSecondaryIndexes"]) != keys_of_indexes(&there["GlobalSecondaryIndexes"]) {
        return changed("set of global secondary indexes");
    }
    if keys_of_indexes(&wanted["LocalSecondaryIndexes"]) != keys_of_indexes(&there["LocalSecondaryIndexes"]) {
        return changed("set of local secondary indexes");
    }
    Ok(())
}

/// Each index by name, keys and projection, in the order of the names.
fn keys_of_indexes(indexes: &Value) -> Vec<String> {
    let one = |index: &Value| {
        format!("{} {} {}", index["IndexName"], index["KeySchema"], index["Projection"]["ProjectionType"])
    };
    let mut all: Vec<String> = indexes.as_array().into_iter().flatten().map(one).collect();
    all.sort();
    all
}
