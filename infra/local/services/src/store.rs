//! Rows on disk that outlive the process, written through by services that hold their state in memory.
//!
//! One SQLite file per service and data folder, in WAL mode with `synchronous = NORMAL`: a commit
//! survives the death of the process (`kill -9`), and may be lost when the machine loses power.
//! Without a data folder nothing is written and every write succeeds.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use local_wire::Refusal;
use rusqlite::{Connection, params};

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("cannot use the data folder {path}: {source}; name another folder with --data")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file in it is no database of this stack, or is held by another process.
    #[error("cannot read {path}: {reason}; stop the other stack that uses it, or move the file away")]
    File {
        /// The file.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
}

/// A change to one row.
pub(crate) enum Write {
    Put(String, Vec<u8>),
    Delete(String),
}

/// The rows of one service.
pub(crate) struct Store {
    connection: Option<Mutex<Connection>>,
}

impl Store {
    /// Opens `<data>/<name>.sqlite`, or a store that keeps nothing.
    pub(crate) fn open(data: Option<&Path>, name: &str) -> Result<Self, OpenError> {
        let Some(folder) = data else { return Ok(Self { connection: None }) };
        let path = file_in(folder, name)?;
        let connection = connect(&path).map_err(|error| OpenError::File { path, reason: error.to_string() })?;
        Ok(Self { connection: Some(Mutex::new(connection)) })
    }

    /// All rows whose key begins with `prefix`, in the order of their keys.
    pub(crate) fn rows(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, rusqlite::Error> {
        let Some(connection) = &self.connection else { return Ok(Vec::new()) };
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = connection.prepare("SELECT key, value FROM rows WHERE key >= ?1 ORDER BY key")?;
        let mut found = Vec::new();
        let mut rows = statement.query(params![prefix])?;
        while let Some(row) = rows.next()? {
            let key: String = row.get(0)?;
            if !key.starts_with(prefix) {
                break;
            }
            found.push((key, row.get(1)?));
        }
        Ok(found)
    }

    /// Carries out all changes or none.
    pub(crate) fn write(&self, changes: &[Write]) -> Result<(), Refusal> {
        self.commit(changes).map_err(|error| {
            tracing::error!(%error, "the data folder takes no write");
            Refusal::new(500, "InternalFailure", "The data folder takes no write; see the log of the local stack.")
        })
    }

    fn commit(&self, changes: &[Write]) -> Result<(), rusqlite::Error> {
        let Some(connection) = &self.connection else { return Ok(()) };
        if changes.is_empty() {
            return Ok(());
        }
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        {
            let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO rows (key, value) VALUES (?1, ?2)")?;
            let mut delete = transaction.prepare_cached("DELETE FROM rows WHERE key = ?1")?;
            for change in changes {
                match change {
                    Write::Put(key, value) => put.execute(params![key, value])?,
                    Write::Delete(key) => delete.execute(params![key])?,
                };
            }
        }
        transaction.commit()
    }
}

/// The path of a service's file; makes the folder when it is not there.
pub(crate) fn file_in(folder: &Path, name: &str) -> Result<PathBuf, OpenError> {
    std::fs::create_dir_all(folder).map_err(|source| OpenError::Folder { path: folder.to_owned(), source })?;
    Ok(folder.join(format!("{name}.sqlite")))
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = NORMAL;
         CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;",
    )?;
    Ok(connection)
}
